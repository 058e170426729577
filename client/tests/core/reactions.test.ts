import { expect, it } from "vitest";
import { Reactions } from "../../src/core/reactions";
import { ManualClock } from "./fakes";

it("shows each reaction for a moment, one of each person", async () => {
  const clock = new ManualClock();
  const reactions = new Reactions(clock, async () => ({ seq: 0 }) as never);
  const shown = () => reactions.shown.value.map(({ participantId, reaction }) => [participantId, reaction]);
  const show = (who: string, reaction: "heart" | "laugh") =>
    reactions.show({ type: "reaction.shown", participant_id: who, reaction });
  show("a", "heart");
  show("b", "heart");
  await clock.advance(3000);
  show("a", "laugh");
  expect(shown()).toEqual([
    ["b", "heart"],
    ["a", "laugh"],
  ]);
  await clock.advance(1500);
  expect(shown()).toEqual([["a", "laugh"]]);
  await clock.advance(3000);
  expect(shown()).toEqual([]);
});
