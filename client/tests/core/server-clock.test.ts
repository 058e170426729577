import { expect, it } from "vitest";
import { ServerClock } from "../../src/core/server-clock";

it("believes the sample that travelled fastest", () => {
  const clock = new ServerClock();
  expect(clock.sample(1_000, 500)).toBe(500);
  expect(clock.sample(2_000, 1_480)).toBe(520);
  expect(clock.sample(3_000, 3_900)).toBe(520);
});

it("forgets old samples, so that a clock that was set is followed", () => {
  const clock = new ServerClock();
  clock.sample(10_000, 0);
  for (let count = 0; count < 7; count++) clock.sample(100, 0);
  expect(clock.sample(100, 0)).toBe(100);
});
