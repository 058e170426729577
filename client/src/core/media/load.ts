/** How hard the device works on pictures, and whether anything arrives: from readings of `getStats()` (W3C webrtc-stats). Pure. */

/** Totals since the connection began. */
export interface Totals {
  readonly framesDecoded: number;
  readonly framesDropped: number;
  readonly decodeMs: number;
  /** How long the picture stood still. */
  readonly freezeMs: number;
  /** How long the encoders were held back because the processor had no more. */
  readonly cpuLimitedMs: number;
  /** Bytes and answers to connectivity checks: while a path lives, some of either comes. */
  readonly arrivals: number;
}

/** What happened between two readings, as shares of the time between them, but for `dropped`. */
export interface Load {
  /** Of the frames that came: thrown away undecoded or undrawn. */
  readonly dropped: number;
  /** Decoding, summed over all pictures: 1 keeps one processor busy. */
  readonly decoding: number;
  readonly frozen: number;
  readonly cpuLimited: number;
  /** The page's own thread was held up. */
  readonly blocked: number;
}

export interface LoadReading {
  readonly atMs: number;
  readonly totals: Totals;
  /** Summed by the page's own long tasks. */
  readonly blockedMs: number;
}

type Stats = Record<string, unknown>;

const number = (value: unknown): number => (typeof value === "number" ? value : 0);

export function totalsOf(stats: Iterable<Stats>): Totals {
  const sum = { framesDecoded: 0, framesDropped: 0, decodeMs: 0, freezeMs: 0, cpuLimitedMs: 0, arrivals: 0 };
  for (const one of stats) {
    if (one["type"] === "inbound-rtp" && one["kind"] === "video") {
      sum.framesDecoded += number(one["framesDecoded"]);
      sum.framesDropped += number(one["framesDropped"]);
      sum.decodeMs += number(one["totalDecodeTime"]) * 1000;
      sum.freezeMs += number(one["totalFreezesDuration"]) * 1000;
    } else if (one["type"] === "outbound-rtp" && one["kind"] === "video") {
      const limited = one["qualityLimitationDurations"] as Stats | undefined;
      // All layers of a camera wait for the same processor: the longest wait, not their sum.
      sum.cpuLimitedMs = Math.max(sum.cpuLimitedMs, number(limited?.["cpu"]) * 1000);
    } else if (one["type"] === "candidate-pair") {
      sum.arrivals += number(one["bytesReceived"]) + number(one["responsesReceived"]);
    }
  }
  return sum;
}

/** Fewer frames than this tell nothing about dropped ones. */
const MEANINGFUL_FRAMES = 20;

/** Null: another connection began in between, or no time has passed. */
export function loadBetween(before: LoadReading, now: LoadReading): Load | null {
  const elapsedMs = now.atMs - before.atMs;
  const since = (name: keyof Totals): number => now.totals[name] - before.totals[name];
  const decoded = since("framesDecoded");
  const dropped = since("framesDropped");
  if (elapsedMs <= 0 || decoded < 0 || dropped < 0 || since("cpuLimitedMs") < 0) return null;
  const share = (ms: number): number => Math.max(0, ms) / elapsedMs;
  const frames = decoded + dropped;
  return {
    dropped: frames < MEANINGFUL_FRAMES ? 0 : dropped / frames,
    decoding: share(since("decodeMs")),
    frozen: share(since("freezeMs")),
    cpuLimited: share(since("cpuLimitedMs")),
    blocked: share(now.blockedMs - before.blockedMs),
  };
}
