import { expect, it } from "vitest";
import { retryDelayMs } from "../../src/core/backoff";

it("is at once first, then grows to ten seconds", () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((attempt) => retryDelayMs(attempt, 0))).toEqual([
    0, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

it("is shortened by chance, by half at most", () => {
  expect(retryDelayMs(3, 0.5)).toBe(750);
  expect(retryDelayMs(3, 0.999)).toBeGreaterThan(500);
});
