/** The glossary: words of the trade that staff explain. What is in it: `Snapshot.glossary`. */
import type { Ask } from "./commands";

export interface GlossaryActions {
  /** Staff. With `id`: changes that term. */
  set(term: string, meaning: string, id?: string): Promise<void>;
  remove(id: string): Promise<void>;
}

export function glossaryActions(ask: Ask): GlossaryActions {
  return {
    set: async (term, meaning, id) => {
      await ask("glossary.set", { term, meaning, ...(id === undefined ? {} : { id }) });
    },
    remove: async (id) => {
      await ask("glossary.remove", { id });
    },
  };
}
