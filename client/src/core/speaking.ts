/** Whether the person's own voice is heard by their own microphone: the server tells only of the others. */
import type { Cancel, Clock } from "./clock";

/** Of the meter's 0..1: about -36 dBFS, a voice near the microphone. */
const LOUD = 0.45;
const HOLD_MS = 500;

export class OwnVoice {
  private release: Cancel | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly changed: (speaking: boolean) => void,
  ) {}

  /** `level` as the meter gives it, many times a second. Speaking ends half a second after the last loud one. */
  hear(level: number): void {
    if (level < LOUD) return;
    if (this.release) this.release();
    else this.changed(true);
    this.release = this.clock.after(HOLD_MS, () => {
      this.release = null;
      this.changed(false);
    });
  }
}
