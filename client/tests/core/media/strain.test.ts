import { describe, expect, it } from "vitest";
import type { Load } from "../../../src/core/media/load";
import { isTooMuch, StrainPolicy } from "../../../src/core/media/strain";

const EASY: Load = { dropped: 0, decoding: 0.1, frozen: 0, cpuLimited: 0, blocked: 0 };
const HARD: Load = { ...EASY, dropped: 0.5 };
const EVERY_MS = 2_000;

it.each<[string, Partial<Load>, boolean]>([
  ["nothing special", {}, false],
  ["a few dropped frames", { dropped: 0.1 }, false],
  ["many dropped frames", { dropped: 0.3 }, true],
  ["decoding on most of four processors", { decoding: 2.5 }, true],
  ["decoding on one of four", { decoding: 1 }, false],
  ["encoders without processor", { cpuLimited: 0.8 }, true],
  ["a page that hangs", { blocked: 0.5 }, true],
  ["a picture that stands still for want of packets", { frozen: 0.9 }, false],
])("%s", (_, change, expected) => {
  expect(isTooMuch({ ...EASY, ...change }, 4)).toBe(expected);
});

describe("the policy", () => {
  /** Runs the same load for so long; returns the level at the end. */
  function run(policy: StrainPolicy, load: Load, fromMs: number, forMs: number): number {
    for (let at = fromMs; at < fromMs + forMs; at += EVERY_MS) policy.observe(load, at);
    return policy.level;
  }

  it("takes no notice of a hiccup", () => {
    const policy = new StrainPolicy(4);
    expect(run(policy, HARD, 0, 4_000)).toBe(0);
    expect(run(policy, EASY, 4_000, 2_000)).toBe(0);
    expect(run(policy, HARD, 6_000, 4_000)).toBe(0);
  });

  it("gives way step by step within seconds, and never further than there are steps", () => {
    const policy = new StrainPolicy(4);
    expect(run(policy, HARD, 0, 6_000)).toBe(1);
    expect(run(policy, HARD, 6_000, 6_000)).toBe(2);
    expect(run(policy, HARD, 12_000, 60_000)).toBe(3);
  });

  it("recovers slowly, one step at a time", () => {
    const policy = new StrainPolicy(4);
    run(policy, HARD, 0, 12_000);
    expect(run(policy, EASY, 12_000, 30_000)).toBe(2);
    expect(run(policy, EASY, 42_000, 4_000)).toBe(1);
    expect(run(policy, EASY, 46_000, 30_000)).toBe(0);
  });

  it("waits longer after recovering too early", () => {
    const policy = new StrainPolicy(4);
    run(policy, HARD, 0, 6_000);
    expect(run(policy, EASY, 6_000, 32_000)).toBe(0);
    expect(run(policy, HARD, 38_000, 6_000)).toBe(1);
    expect(run(policy, EASY, 44_000, 58_000)).toBe(1);
    expect(run(policy, EASY, 102_000, 4_000)).toBe(0);
  });

  it("takes what could not be measured for no sign at all", () => {
    const policy = new StrainPolicy(4);
    run(policy, HARD, 0, 6_000);
    run(policy, EASY, 6_000, 20_000);
    policy.skip();
    expect(run(policy, EASY, 26_000, 20_000)).toBe(1);
  });
});
