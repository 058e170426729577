/** What this browser receives, slot by slot, from two readings of `getStats()` (W3C webrtc-stats). */
import type { Report, SourceReport } from "../../generated/protocol";

/** The members of RTCInboundRtpStreamStats that are used; lib.dom lacks some. */
export interface Inbound {
  readonly mid?: string;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  /** Seconds. */
  readonly jitter?: number;
  readonly framesDecoded?: number;
  /** Seconds. */
  readonly totalFreezesDuration?: number;
}

export interface Reading {
  readonly roundTripMs: number;
  readonly inbound: ReadonlyMap<string, Inbound>;
}

/** `slotNames`: mid to slot. */
export function read(
  stats: Iterable<Record<string, unknown>>,
  slotNames: ReadonlyMap<string, string>,
): Reading {
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
  return { roundTripMs, inbound };
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
    slots.push({
      slot,
      packets_received,
      packets_lost: since("packetsLost"),
      jitter_ms: Math.max(0, (stats.jitter ?? 0) * 1000),
      frames_decoded: Math.max(0, since("framesDecoded")),
      freeze_ms: Math.max(0, since("totalFreezesDuration") * 1000),
    });
  }
  return { round_trip_ms: now.roundTripMs, slots };
}
