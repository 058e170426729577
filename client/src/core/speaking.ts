/** Whether the person's own voice is heard by their own microphone: the server tells only of the others. */
import type { Clock } from "./clock";

const LOUD = 0.45;
const HOLD_MS = 500;

export class OwnVoice {
  private loudAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: Clock) {}

  /** `level` as the meter gives it, many times a second. True until half a second after the last loud one. */
  hear(level: number): boolean {
    const now = this.clock.now();
    if (level >= LOUD) this.loudAtMs = now;
    return now - this.loudAtMs < HOLD_MS;
  }
}
