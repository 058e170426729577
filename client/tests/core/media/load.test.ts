import { describe, expect, it } from "vitest";
import { type LoadReading, loadBetween, type Totals, totalsOf } from "../../../src/core/media/load";

const NOTHING: Totals = {
  framesDecoded: 0,
  framesDropped: 0,
  decodeMs: 0,
  freezeMs: 0,
  cpuLimitedMs: 0,
  arrivals: 0,
};
const at = (atMs: number, totals: Partial<Totals> = {}, blockedMs = 0): LoadReading => ({
  atMs,
  totals: { ...NOTHING, ...totals },
  blockedMs,
});

it("sums what the browser tells, and passes over what it does not", () => {
  const video = { type: "inbound-rtp", kind: "video", framesDecoded: 100, framesDropped: 10 };
  expect(
    totalsOf([
      { ...video, totalDecodeTime: 0.5, totalFreezesDuration: 0.25 },
      video,
      { type: "inbound-rtp", kind: "audio", framesDecoded: 7 },
      { type: "outbound-rtp", kind: "video", rid: "h", qualityLimitationDurations: { cpu: 1.5, none: 2 } },
      { type: "outbound-rtp", kind: "video", rid: "m", qualityLimitationDurations: { cpu: 1 } },
      { type: "outbound-rtp", kind: "video", rid: "l" },
      { type: "candidate-pair", bytesReceived: 1_000, responsesReceived: 3 },
    ]),
  ).toEqual({
    framesDecoded: 200,
    framesDropped: 20,
    decodeMs: 500,
    freezeMs: 250,
    cpuLimitedMs: 1_500,
    arrivals: 1_003,
  });
});

describe("the load between two readings", () => {
  it("is in shares of the time", () => {
    const now = at(3_000, { framesDecoded: 30, framesDropped: 10, decodeMs: 400, freezeMs: 200 }, 600);
    expect(loadBetween(at(1_000), now)).toEqual({
      dropped: 0.25,
      decoding: 0.2,
      frozen: 0.1,
      cpuLimited: 0,
      blocked: 0.3,
    });
  });

  it("makes nothing of a handful of frames", () => {
    expect(loadBetween(at(0), at(2_000, { framesDecoded: 2, framesDropped: 8 }))?.dropped).toBe(0);
  });

  it("is unknown across connections", () => {
    expect(loadBetween(at(0, { framesDecoded: 900 }), at(2_000, { framesDecoded: 50 }))).toBeNull();
  });
});
