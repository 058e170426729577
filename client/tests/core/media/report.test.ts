import { expect, it } from "vitest";
import { read, reportOf } from "../../../src/core/media/report";

const NAMES = new Map([
  ["4", "a0"],
  ["8", "v0"],
  ["9", "v1"],
]);

const inbound = (mid: string, packetsReceived: number, more: object = {}) => ({
  type: "inbound-rtp",
  mid,
  packetsReceived,
  packetsLost: 0,
  jitter: 0.0125,
  ...more,
});

it("tells what came into each slot between two readings", () => {
  const pair = { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.042 };
  const before = read([pair, inbound("4", 100), inbound("8", 500, { framesDecoded: 40 })], NAMES);
  const now = read(
    [
      { ...pair, nominated: false, currentRoundTripTime: 9 },
      pair,
      inbound("4", 350, { packetsLost: 3 }),
      inbound("8", 900, { framesDecoded: 165, totalFreezesDuration: 0.5 }),
      inbound("9", 0),
      inbound("99", 7),
    ],
    NAMES,
  );
  const common = { packets_lost: 0, jitter_ms: 12.5, frames_decoded: 0, freeze_ms: 0 };
  expect(reportOf(before, now)).toEqual({
    round_trip_ms: 42,
    slots: [
      { ...common, slot: "a0", packets_received: 250, packets_lost: 3 },
      { ...common, slot: "v0", packets_received: 400, frames_decoded: 125, freeze_ms: 500 },
    ],
  });
});

it("tells how much of the sound was made up, silence left out", () => {
  const heard = (totalSamplesReceived: number, concealedSamples: number, silentConcealedSamples: number) =>
    inbound("4", totalSamplesReceived / 960, {
      totalSamplesReceived,
      concealedSamples,
      silentConcealedSamples,
    });
  const before = read([heard(480_000, 90_000, 90_000)], NAMES);
  const now = read([heard(720_000, 126_000, 120_000)], NAMES);
  expect(reportOf(before, now).slots).toMatchObject([{ slot: "a0", concealed: 0.025 }]);
  expect(reportOf(null, before).slots).toMatchObject([{ concealed: 0 }]);
});

it("tells which way the media take, once the browser knows", () => {
  const pair = { id: "p", type: "candidate-pair", nominated: true, selected: true, localCandidateId: "c" };
  const local = { id: "c", type: "local-candidate", candidateType: "relay", relayProtocol: "tls" };
  expect(reportOf(null, read([pair, local], NAMES)).way).toBe("turn_tls");
  expect(reportOf(null, read([pair], NAMES))).not.toHaveProperty("way");
});

it("counts from nothing at first, and never backwards after a new connection", () => {
  const now = read([inbound("4", 20)], NAMES);
  expect(reportOf(null, now).slots).toMatchObject([{ slot: "a0", packets_received: 20 }]);
  expect(reportOf(read([inbound("4", 900)], NAMES), now).slots).toEqual([]);
});
