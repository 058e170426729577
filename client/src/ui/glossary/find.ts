/** Where the glossary's words stand in a text. Pure. */
import type { GlossaryTerm } from "../../generated/protocol";

export interface Piece {
  readonly text: string;
  /** Null: plain words. */
  readonly term: GlossaryTerm | null;
}

/** In the order of the alphabet, those only that have the words of `search` in them. */
export function sorted(
  terms: readonly GlossaryTerm[],
  search: string,
  language: string,
): readonly GlossaryTerm[] {
  const words = search.toLocaleLowerCase(language).split(/\s+/u).filter(Boolean);
  const collator = new Intl.Collator(language, { sensitivity: "base" });
  return terms
    .filter(({ term, meaning }) => {
      const text = `${term} ${meaning}`.toLocaleLowerCase(language);
      return words.every((word) => text.includes(word));
    })
    .sort((a, b) => collator.compare(a.term, b.term));
}

/**
 * Cuts a text at the glossary's words, each where it comes first: longer terms before shorter ones, whole words only. `seen`: the
 * ids of those found in earlier pieces of the same text; what is found here is added.
 */
export function withTerms(text: string, terms: readonly GlossaryTerm[], seen: Set<string>): readonly Piece[] {
  if (terms.length === 0 || text === "") return [{ text, term: null }];
  const byName = new Map(terms.map((term) => [term.term.toLocaleLowerCase(), term]));
  const names = [...byName.keys()].sort((a, b) => b.length - a.length).map(escaped);
  const pattern = new RegExp(`(?:${names.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const pieces: Piece[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(pattern)) {
    // Looked at here: browsers of 2020 know no lookbehind.
    if (/[\p{L}\p{N}]$/u.test(text.slice(at, index))) continue;
    const term = byName.get(found.toLocaleLowerCase());
    if (term === undefined || seen.has(term.id)) continue;
    seen.add(term.id);
    if (index > at) pieces.push({ text: text.slice(at, index), term: null });
    pieces.push({ text: found, term });
    at = index + found.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), term: null });
  return pieces;
}

function escaped(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
