import { expect, it } from "vitest";
import { SilencePolicy } from "../../../src/core/media/silence";

it.each<[string, [arrivals: number, expected: boolean][], boolean]>([
  [
    "flowing",
    [
      [10, true],
      [20, true],
      [30, true],
    ],
    true,
  ],
  [
    "one empty observation",
    [
      [10, true],
      [10, true],
    ],
    true,
  ],
  [
    "two of them",
    [
      [10, true],
      [10, true],
      [10, true],
    ],
    false,
  ],
  [
    "nothing, where nothing is to come",
    [
      [10, false],
      [10, false],
      [10, false],
    ],
    true,
  ],
  [
    "nothing, then something again",
    [
      [10, true],
      [10, true],
      [10, true],
      [11, true],
    ],
    true,
  ],
  [
    "nothing, and then nobody sends any more",
    [
      [10, true],
      [10, true],
      [10, true],
      [10, false],
    ],
    false,
  ],
  [
    "nothing from the beginning",
    [
      [0, true],
      [0, true],
    ],
    false,
  ],
])("%s", (_, observations, alive) => {
  const policy = new SilencePolicy();
  expect(observations.map(([arrivals, expected]) => policy.observe(arrivals, expected)).at(-1)).toBe(alive);
});
