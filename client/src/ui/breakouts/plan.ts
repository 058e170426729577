/** What a trainer has chosen so far for the next groups, and the plan that it makes. Pure. */
import type { BreakoutPlan, GroupSpec, Participant } from "../../core/api";
import type { BreakoutMode, OddRule } from "../../generated/protocol";

export interface Draft {
  readonly mode: BreakoutMode;
  readonly odd: OddRule;
  readonly by: "size" | "count";
  readonly size: number;
  readonly count: number;
  /** Mode "manual": participant id to group number, from 1; absent: stays in the main room. */
  readonly places: Readonly<Record<string, number>>;
}

/** Choices of time, seconds; null: no limit. */
export const DURATIONS_S: readonly (number | null)[] = [null, 120, 180, 300, 480, 600, 900, 1200, 1800, 2700];
export const DEFAULT_DURATION_S = 300;
export const SIZES: readonly number[] = [2, 3, 4, 5, 6, 8];
const DEFAULT_SIZE = 3;

export function firstDraft(mode: BreakoutMode, people: readonly Participant[]): Draft {
  const count = Math.max(1, Math.ceil(people.length / DEFAULT_SIZE));
  return { mode, odd: "trio", by: "size", size: DEFAULT_SIZE, count, places: spread(people, count) };
}

/** Everybody placed in turn, so that groups are as equal as can be. */
export function spread(people: readonly Participant[], count: number): Record<string, number> {
  return Object.fromEntries(people.map((person, index) => [person.id, (index % count) + 1]));
}

/** As many groups as could hold two people each, one at least. */
export function groupCounts(peopleCount: number): readonly number[] {
  return Array.from({ length: Math.max(1, Math.floor(peopleCount / 2)) }, (_, index) => index + 1);
}

export function manualGroups(draft: Draft, people: readonly Participant[]): readonly GroupSpec[] {
  return Array.from({ length: draft.count }, (_, index) => ({
    name: String(index + 1),
    members: people.filter((person) => draft.places[person.id] === index + 1).map((person) => person.id),
  })).filter((group) => group.members.length > 0);
}

/** The plan to ask a preview for. */
export function planOf(draft: Draft, people: readonly Participant[]): BreakoutPlan {
  switch (draft.mode) {
    case "pairs":
      return { mode: "pairs", odd: draft.odd };
    case "random":
      return draft.by === "size"
        ? { mode: "random", group_size: draft.size }
        : { mode: "random", group_count: draft.count };
    case "manual":
      return { mode: "manual", groups: manualGroups(draft, people) };
  }
}

/** The plan that opens just the groups that were shown. */
export function planFor(draft: Draft, groups: readonly GroupSpec[]): BreakoutPlan {
  return draft.mode === "pairs" ? { mode: "pairs", odd: draft.odd, groups } : { mode: draft.mode, groups };
}
