/**
 * When to offer the person less data, and when to leave them in peace. A policy without a clock. What helps is offered one step at
 * a time: first smaller and fewer pictures, then sound only; nothing is ever changed without a click.
 */
import type { DirectionQuality, QualityReason } from "../../generated/protocol";
import type { DataChoice, DataOffer, OwnQuality } from "../api";
import type { Load } from "./load";

const WINDOW_MS = 60_000;
/** So much trouble within the window is no passing hiccup. */
const ENOUGH_MS = 15_000;
/** Who said no is not asked again for a while. */
const REFUSED_MS = 600_000;
/** What was just chosen needs time to show what it does. */
const SETTLE_MS = 30_000;
const FROZEN = 0.2;

/** What smaller and fewer pictures can mend, each way. (That little goes up may be the person's own choice.) */
const SENDING: readonly QualityReason[] = ["uplink_loss"];
const RECEIVING: readonly QualityReason[] = ["downlink_loss", "downlink_limited", "video_paused"];

export function isTroubled(quality: OwnQuality, load: Load | null): boolean {
  return (
    isPoor(quality.sending, SENDING) ||
    isPoor(quality.receiving, RECEIVING) ||
    (load !== null && load.frozen > FROZEN)
  );
}

function isPoor(direction: DirectionQuality | null, mendable: readonly QualityReason[]): boolean {
  return direction?.rating === "poor" && direction.reasons.some((reason) => mendable.includes(reason));
}

export class TroublePolicy {
  private troubles: { readonly atMs: number; readonly lastedMs: number }[] = [];
  private lastMs: number | null = null;
  private quietUntilMs = Number.NEGATIVE_INFINITY;
  private offered: DataOffer | null = null;

  /** What to offer now; null: nothing. */
  observe(troubled: boolean, choice: DataChoice, nowMs: number): DataOffer | null {
    const lastedMs = this.lastMs === null ? 0 : nowMs - this.lastMs;
    this.lastMs = nowMs;
    if (troubled) this.troubles.push({ atMs: nowMs, lastedMs });
    this.troubles = this.troubles.filter(({ atMs }) => nowMs - atMs < WINDOW_MS);
    const sumMs = this.troubles.reduce((sum, one) => sum + one.lastedMs, 0);
    // An offer stands until it is answered, or until a whole window has passed without trouble.
    if (sumMs === 0 || nowMs < this.quietUntilMs) this.offered = null;
    else if (sumMs >= ENOUGH_MS || this.offered) this.offered = nextStep(choice);
    return this.offered;
  }

  /** Nothing was measured for a while: the pause is no trouble. */
  skip(): void {
    this.lastMs = null;
  }

  refused(nowMs: number): void {
    this.quiet(nowMs + REFUSED_MS);
  }

  /** The person chose something, by this offer or by themselves. */
  chosen(nowMs: number): void {
    this.quiet(nowMs + SETTLE_MS);
  }

  private quiet(untilMs: number): void {
    this.quietUntilMs = untilMs;
    this.troubles = [];
    this.offered = null;
  }
}

function nextStep(choice: DataChoice): DataOffer | null {
  if (!choice.receivePictures && !choice.sendPicture) return null;
  return choice.low ? "audio" : "low";
}
