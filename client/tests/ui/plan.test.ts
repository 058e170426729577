import { describe, expect, it } from "vitest";
import { firstDraft, groupCounts, manualGroups, planFor, planOf, spread } from "../../src/ui/breakouts/plan";
import { people } from "./fake-classroom";

const learners = people(8).slice(1);

describe("plans", () => {
  it("pairs: the rule for the odd person, and just the groups that were shown", () => {
    const draft = { ...firstDraft("pairs", learners), odd: "trainer" as const };
    expect(planOf(draft, learners)).toEqual({ mode: "pairs", odd: "trainer" });
    const groups = [{ name: "1", members: ["p1", "p2"] }];
    expect(planFor(draft, groups)).toEqual({ mode: "pairs", odd: "trainer", groups });
  });

  it("random: by size or by number, never both", () => {
    const draft = firstDraft("random", learners);
    expect(planOf({ ...draft, by: "size", size: 3 }, learners)).toEqual({ mode: "random", group_size: 3 });
    expect(planOf({ ...draft, by: "count", count: 2 }, learners)).toEqual({ mode: "random", group_count: 2 });
  });

  it("by hand: everybody starts in a group, sizes differ by one at most", () => {
    const groups = manualGroups(firstDraft("manual", learners), learners);
    expect(groups.flatMap(({ members }) => members).sort()).toEqual(learners.map(({ id }) => id).sort());
    const sizes = groups.map(({ members }) => members.length);
    expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
  });

  it("by hand: empty groups are not opened, and who is in none stays", () => {
    const draft = { ...firstDraft("manual", learners), count: 3, places: { p1: 1, p2: 3 } };
    expect(planOf(draft, learners).groups).toEqual([
      { name: "1", members: ["p1"] },
      { name: "3", members: ["p2"] },
    ]);
  });

  it("offers as many groups as make sense", () => {
    expect(groupCounts(0)).toEqual([1]);
    expect(groupCounts(7)).toEqual([1, 2, 3]);
    expect(Object.values(spread(learners, 2))).toEqual([1, 2, 1, 2, 1, 2, 1]);
  });
});
