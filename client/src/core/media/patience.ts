/**
 * How long pictures wait before they are shown. A policy without a clock. Where packets get lost over a long way, their repair takes
 * a round trip and more; a browser that shows pictures sooner shows one that stands still. A listener never notices the wait, but
 * for lips: beyond MOST_MS they would be too far behind the voice.
 */

const LONG_WAY_MS = 60;
/** For the gap to be noticed, and for the answer's own way through both ends. */
const MARGIN_MS = 60;
/** Round trips vary, and a repair's second copy comes a little later. */
const ROUND_TRIPS = 1.3;
const MOST_MS = 600;
/** Pictures stood still all the same: somebody else's way is the long one. */
const MORE_MS = 100;
const MOST_MORE_MS = 200;
/** So many requests between two observations are no accident. */
const ENOUGH_REQUESTS = 3;
const KEPT_MS = 30_000;
/** Smaller changes are not worth their while: each is a picture slower or faster than life. */
const WORTHWHILE_MS = 40;

export interface Misses {
  /** Requests for lost packets of pictures, since the connection began. */
  readonly requests: number;
  /** How long pictures stood still, since then. */
  readonly frozenMs: number;
  readonly roundTripMs: number;
}

export class PatiencePolicy {
  private before: Misses | null = null;
  private targetMs: number | null = null;
  private moreMs = 0;
  private missedAtMs = Number.NEGATIVE_INFINITY;

  /** What to wait for at least, in milliseconds; null: as long as the browser thinks fit. */
  observe(now: Misses, nowMs: number): number | null {
    const before = this.before;
    this.before = now;
    // A new connection counts from nothing.
    if (!before || now.requests < before.requests) return this.targetMs;
    if (now.requests - before.requests >= ENOUGH_REQUESTS) {
      this.missedAtMs = nowMs;
      if (now.frozenMs > before.frozenMs) this.moreMs = Math.min(this.moreMs + MORE_MS, MOST_MORE_MS);
      const long = now.roundTripMs >= LONG_WAY_MS ? ROUND_TRIPS * now.roundTripMs + MARGIN_MS : 0;
      const wantedMs = Math.min(Math.round(long + this.moreMs), MOST_MS);
      if (wantedMs > 0 && Math.abs(wantedMs - (this.targetMs ?? 0)) >= WORTHWHILE_MS)
        this.targetMs = wantedMs;
    } else if (nowMs - this.missedAtMs > KEPT_MS) {
      this.moreMs = 0;
      this.targetMs = null;
    }
    return this.targetMs;
  }
}
