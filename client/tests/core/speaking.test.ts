import { expect, it } from "vitest";
import { OwnVoice } from "../../src/core/speaking";
import { ManualClock } from "./fakes";

it("begins with a loud sound and ends half a second after the last one", async () => {
  const clock = new ManualClock();
  const changes: [boolean, number][] = [];
  const start = clock.now();
  const voice = new OwnVoice(clock, (speaking) => changes.push([speaking, clock.now() - start]));
  voice.hear(0.2);
  voice.hear(0.8);
  await clock.advance(300);
  voice.hear(0.6);
  await clock.advance(300);
  voice.hear(0.1);
  await clock.advance(1_000);
  expect(changes).toEqual([
    [true, 0],
    [false, 800],
  ]);
});
