import { expect, it } from "vitest";
import { type Misses, PatiencePolicy } from "../../../src/core/media/patience";
import { missesOf } from "../../../src/core/media/report";

const EVERY_MS = 5_000;

/** What is waited for after each observation, one every five seconds. */
function after(policy: PatiencePolicy, ...all: Misses[]): (number | null)[] {
  return all.map((one, index) => policy.observe(one, index * EVERY_MS));
}

const misses = (requests: number, roundTripMs: number, frozenMs = 0): Misses => ({
  requests,
  frozenMs,
  roundTripMs,
});

it("waits for repairs over a long way", () => {
  expect(after(new PatiencePolicy(), misses(0, 150), misses(10, 150), misses(20, 160))).toEqual([
    null,
    255,
    255,
  ]);
});

it("leaves short ways and accidents to the browser", () => {
  expect(after(new PatiencePolicy(), misses(0, 20), misses(50, 20))).toEqual([null, null]);
  expect(after(new PatiencePolicy(), misses(0, 300), misses(2, 300))).toEqual([null, null]);
});

it("waits longer where pictures stand still all the same, but never for long", () => {
  const all = [0, 1, 2, 3, 4].map((n) => misses(10 * n, 20, 300 * n));
  expect(after(new PatiencePolicy(), ...all)).toEqual([null, 100, 200, 200, 200]);
  expect(after(new PatiencePolicy(), misses(0, 900), misses(10, 900))).toEqual([null, 600]);
});

it("goes back when nothing has been missed for a while", () => {
  const policy = new PatiencePolicy();
  policy.observe(misses(0, 150), 0);
  expect(policy.observe(misses(10, 150), 5_000)).toBe(255);
  expect(policy.observe(misses(10, 150), 30_000)).toBe(255);
  expect(policy.observe(misses(10, 150), 36_000)).toBe(null);
});

it("keeps what it knows when a new connection counts from nothing", () => {
  const policy = new PatiencePolicy();
  policy.observe(misses(0, 150), 0);
  policy.observe(misses(10, 150), 5_000);
  expect(policy.observe(misses(1, 150), 10_000)).toBe(255);
});

it("counts what pictures missed, not voices", () => {
  const inbound = new Map([
    ["a0", { nackCount: 100 }],
    ["v0", { nackCount: 2, totalFreezesDuration: 0.5 }],
    ["v3", { nackCount: 3 }],
  ]);
  expect(missesOf({ roundTripMs: 80, inbound, way: null })).toEqual(misses(5, 80, 500));
});
