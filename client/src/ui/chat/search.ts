/** Finding what was said: without regard to accents and capitals. Pure. */
import type { ChatEntry } from "../../core/api";

export const FOUND_MAX = 50;

/** "Été" and "ete" are the same to who looks for it. */
export function folded(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** The messages that have every word that is looked for (in what was said, or in the name), newest first. */
export function search(entries: readonly ChatEntry[], query: string): readonly ChatEntry[] {
  const words = folded(query).split(/\s+/u).filter(Boolean);
  if (words.length === 0) return [];
  const found: ChatEntry[] = [];
  for (let at = entries.length - 1; at >= 0 && found.length < FOUND_MAX; at -= 1) {
    const entry = entries[at];
    if (entry?.state !== "sent" || entry.deletedBy !== null) continue;
    const said = folded([entry.senderName, entry.text, ...entry.images.map(({ alt }) => alt)].join(" "));
    if (words.every((word) => said.includes(word))) found.push(entry);
  }
  return found;
}
