import { expect, it } from "vitest";
import { openTimeoutMs, retryDelayMs } from "../../src/core/backoff";

it("is at once first, then grows to three seconds, and to ten when the server stays away", () => {
  expect([1, 2, 3, 4, 5, 6, 20, 21, 5_000].map((attempt) => retryDelayMs(attempt, 0))).toEqual([
    0, 250, 500, 1_000, 2_000, 3_000, 3_000, 10_000, 10_000,
  ]);
});

it("is shortened by chance, by half at most", () => {
  expect(retryDelayMs(3, 0.5)).toBe(375);
  expect(retryDelayMs(3, 0.999)).toBeGreaterThan(250);
});

it("a first join may be slow, then handshakes are given more time with each try", () => {
  expect([0, 1, 2, 3, 4, 9].map((attempt) => Math.round(openTimeoutMs(attempt)))).toEqual([
    10_000, 2_500, 4_000, 6_400, 10_000, 10_000,
  ]);
});
