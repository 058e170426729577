/** Calling people by name: "@" and a name, while it is written and when it is sent. Pure. */
import type { Participant } from "../../core/api";
import { MAX_MENTIONS } from "../../generated/protocol";
import { folded } from "./search";

export interface Asking {
  /** Where the "@" stands. */
  readonly from: number;
  readonly query: string;
}

/** Longer is no name that anybody types after "@". */
const QUERY_MAX = 40;
const OFFERED_MAX = 6;

/** What the person is typing after "@" at the caret; null: nothing. */
export function askingAt(text: string, caret: number): Asking | null {
  const from = text.lastIndexOf("@", caret - 1);
  if (from < 0 || caret - from > QUERY_MAX) return null;
  if (/[\p{L}\p{N}_]/u.test(text[from - 1] ?? " ")) return null;
  const query = text.slice(from + 1, caret);
  return /[\n@]|^\s|\s\s/u.test(query) ? null : { from, query };
}

/** Who is meant: names that begin so come first, then those with a word that does. */
export function candidates(people: readonly Participant[], query: string): readonly Participant[] {
  const wanted = folded(query);
  const rank = ({ name }: Participant): number => {
    const whole = folded(name);
    if (whole.startsWith(wanted)) return 0;
    return whole.split(/[\s-]+/u).some((word) => word.startsWith(wanted)) ? 1 : 2;
  };
  return people
    .map((person) => ({ person, rank: rank(person) }))
    .filter((one) => one.rank < 2)
    .sort((a, b) => a.rank - b.rank || a.person.name.localeCompare(b.person.name))
    .slice(0, OFFERED_MAX)
    .map(({ person }) => person);
}

/** The ids of those whom the text calls by their whole name. */
export function mentionsIn(text: string, people: readonly Participant[]): readonly string[] {
  const said = folded(text);
  return people
    .filter(({ name }) => {
      const call = `@${folded(name)}`;
      for (let at = said.indexOf(call); at >= 0; at = said.indexOf(call, at + 1)) {
        const whole = !/[\p{L}\p{N}_]/u.test(said[at + call.length] ?? " ");
        if (whole && !/[\p{L}\p{N}_]/u.test(said[at - 1] ?? " ")) return true;
      }
      return false;
    })
    .slice(0, MAX_MENTIONS)
    .map(({ id }) => id);
}
