import { beforeEach, describe, expect, it } from "vitest";
import type { DataOffer, OwnQuality } from "../../../src/core/api";
import { FULL_CHOICE } from "../../../src/core/media/limits";
import type { Load } from "../../../src/core/media/load";
import { isTroubled, TroublePolicy } from "../../../src/core/media/trouble";
import type { QualityReason, Rating } from "../../../src/generated/protocol";

const rated = (rating: Rating, ...reasons: QualityReason[]) => ({ rating, mos: 2, reasons });
const FINE: OwnQuality = { sending: rated("good"), receiving: rated("excellent") };
const LOAD: Load = { dropped: 0, decoding: 0, frozen: 0, cpuLimited: 0, blocked: 0 };

it.each<[string, OwnQuality, Load | null, boolean]>([
  ["nothing known", { sending: null, receiving: null }, null, false],
  ["all well", FINE, LOAD, false],
  ["a poor downlink", { ...FINE, receiving: rated("poor", "downlink_limited") }, null, true],
  ["a poor uplink", { ...FINE, sending: rated("poor", "uplink_loss") }, null, true],
  ["little that goes up, as chosen", { ...FINE, sending: rated("poor", "uplink_limited") }, null, false],
  [
    "a far country: fewer pictures do not help",
    { ...FINE, receiving: rated("poor", "high_delay") },
    null,
    false,
  ],
  ["no network: an offer would not help", { ...FINE, sending: rated("lost", "network_lost") }, null, false],
  ["pictures that stand still", FINE, { ...LOAD, frozen: 0.4 }, true],
])("%s", (_, quality, load, expected) => {
  expect(isTroubled(quality, load)).toBe(expected);
});

describe("the offer", () => {
  const EVERY_MS = 2_000;
  let policy: TroublePolicy;
  let nowMs: number;
  let choice = FULL_CHOICE;

  beforeEach(() => {
    policy = new TroublePolicy();
    nowMs = 0;
    choice = FULL_CHOICE;
  });

  function run(troubled: boolean, forMs: number): DataOffer | null {
    let offer: DataOffer | null = null;
    for (const endMs = nowMs + forMs; nowMs < endMs; nowMs += EVERY_MS)
      offer = policy.observe(troubled, choice, nowMs);
    return offer;
  }

  it("comes after a quarter of a minute of trouble, not after a hiccup", () => {
    expect(run(true, 10_000)).toBeNull();
    expect(run(false, 30_000)).toBeNull();
    expect(run(true, 10_000)).toBe("low");
  });

  it("is forgotten when a minute has passed without trouble", () => {
    expect(run(true, 20_000)).toBe("low");
    expect(run(false, 50_000)).toBe("low");
    expect(run(false, 20_000)).toBeNull();
  });

  it("goes one step further when the first did not help", () => {
    expect(run(true, 20_000)).toBe("low");
    policy.chosen(nowMs);
    choice = { ...FULL_CHOICE, low: true };
    expect(run(true, 28_000)).toBeNull();
    expect(run(true, 20_000)).toBe("audio");
    choice = { low: true, receivePictures: false, sendPicture: false };
    expect(run(true, 2_000)).toBeNull();
  });

  it("leaves in peace who said no", () => {
    expect(run(true, 20_000)).toBe("low");
    policy.refused(nowMs);
    expect(run(true, 590_000)).toBeNull();
    expect(run(true, 12_000)).toBe("low");
  });

  it("does not count the time in which nothing was measured", () => {
    run(true, 4_000);
    policy.skip();
    nowMs += 40_000;
    expect(run(true, 6_000)).toBeNull();
  });
});
