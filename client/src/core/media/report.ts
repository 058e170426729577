/** What this browser receives, slot by slot, from two readings of `getStats()` (W3C webrtc-stats). */
import type { MediaWay, Report, SourceReport } from "../../generated/protocol";
import type { Misses } from "./patience";
import { selectedPath } from "./way";

/** The members of RTCInboundRtpStreamStats that are used; lib.dom lacks some. */
export interface Inbound {
  readonly mid?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  /** Seconds. */
  readonly jitter?: number;
  readonly framesDecoded?: number;
  readonly nackCount?: number;
  /** Seconds. */
  readonly totalFreezesDuration?: number;
  readonly totalSamplesReceived?: number;
  readonly concealedSamples?: number;
  readonly silentConcealedSamples?: number;
}

export interface Reading {
  readonly roundTripMs: number;
  readonly inbound: ReadonlyMap<string, Inbound>;
  /** Null: not known. */
  readonly way: MediaWay | null;
}

/** `slotNames`: mid to slot. */
export function read(
  report: Iterable<Record<string, unknown>>,
  slotNames: ReadonlyMap<string, string>,
): Reading {
  const stats = [...report];
  const inbound = new Map<string, Inbound>();
  let roundTripMs = 0;
  for (const one of stats) {
    if (one["type"] === "inbound-rtp") {
      const slot = slotNames.get(String(one["mid"]));
      if (slot !== undefined) inbound.set(slot, one as Inbound);
    } else if (one["type"] === "candidate-pair" && one["nominated"] === true) {
      roundTripMs = Number(one["currentRoundTripTime"] ?? 0) * 1000;
    }
  }
  return { roundTripMs, inbound, way: selectedPath(stats)?.way ?? null };
}

/** What pictures missed so far. */
export function missesOf({ roundTripMs, inbound }: Reading): Misses {
  let requests = 0;
  let frozenMs = 0;
  for (const [slot, stats] of inbound) {
    if (!slot.startsWith("v")) continue;
    requests += stats.nackCount ?? 0;
    frozenMs += (stats.totalFreezesDuration ?? 0) * 1000;
  }
  return { requests, frozenMs, roundTripMs };
}

/** How much of the sound was made up; null: not audio, or the browser does not tell. */
function concealedShare(before: Inbound | undefined, now: Inbound): number | null {
  if (now.concealedSamples === undefined || now.totalSamplesReceived === undefined) return null;
  const made = (stats: Inbound | undefined): number =>
    (stats?.concealedSamples ?? 0) - (stats?.silentConcealedSamples ?? 0);
  const played = now.totalSamplesReceived - (before?.totalSamplesReceived ?? 0);
  if (played <= 0) return null;
  return Math.min(1, Math.max(0, (made(now) - made(before)) / played));
}

/** What happened between two readings; slots into which nothing came are left out. */
export function reportOf(before: Reading | null, now: Reading): Omit<Report, "type"> {
  const slots: SourceReport[] = [];
  for (const [slot, stats] of now.inbound) {
    const earlier = before?.inbound.get(slot);
    const since = (
      name: "packetsReceived" | "packetsLost" | "framesDecoded" | "totalFreezesDuration",
    ): number => (stats[name] ?? 0) - (earlier?.[name] ?? 0);
    // A new connection counts from nothing: its first difference may be negative.
    const packets_received = Math.max(0, since("packetsReceived"));
    if (packets_received === 0) continue;
    const concealed = concealedShare(earlier, stats);
    slots.push({
      slot,
      packets_received,
      packets_lost: since("packetsLost"),
      jitter_ms: Math.max(0, (stats.jitter ?? 0) * 1000),
      frames_decoded: Math.max(0, since("framesDecoded")),
      freeze_ms: Math.max(0, since("totalFreezesDuration") * 1000),
      ...(concealed === null ? {} : { concealed }),
    });
  }
  return { round_trip_ms: now.roundTripMs, slots, ...(now.way === null ? {} : { way: now.way }) };
}
