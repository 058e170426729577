/** Groups that were kept, made fit for who is here now. Pure. */
import type { GroupSpec, Snapshot } from "../../core/api";
import type { BreakoutMode } from "../../generated/protocol";

/** Groups ready to be opened. */
export interface Prepared {
  readonly title: string;
  readonly mode: BreakoutMode;
  readonly groups: readonly GroupSpec[];
  /** How many of their members are not here. */
  readonly missing: number;
}

/** Whoever holds no seat now is skipped, and with them groups that nobody is left in. */
export function prepare(
  title: string,
  mode: BreakoutMode,
  groups: readonly GroupSpec[],
  room: Snapshot,
): Prepared {
  const seats = new Set(room.participants.map(({ id }) => id));
  const all = groups.flatMap((group) => group.members);
  const here = groups
    .map(({ name, members }) => ({ name, members: members.filter((id) => seats.has(id)) }))
    .filter((group) => group.members.length > 0);
  return { title, mode, groups: here, missing: all.filter((id) => !seats.has(id)).length };
}
