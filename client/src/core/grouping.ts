/** What staff prepare for groups, and what whoever is alone accepts; one request each. */
import type { Grouping } from "./api";
import type { Ask } from "./commands";

export function groupingCommands(ask: Ask): Grouping {
  return {
    setConstraints: async (constraints) => void (await ask("breakouts.constrain", constraints)),
    save: async (name, mode, groups) => void (await ask("breakouts.save", { name, mode, groups })),
    forget: async (name) => void (await ask("breakouts.forget", { name })),
    acceptOffer: async () => void (await ask("breakouts.accept", {})),
  };
}
