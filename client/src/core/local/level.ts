/** How loud the microphone is, about 20 times a second, while it is open and the page is seen. */
import type { Cancel, Clock } from "../clock";

const EVERY_MS = 50;
const QUIETEST_DB = -60;
const LOUDEST_DB = -6;

/** Root mean square of samples in -1..1, as 0 (-60 dBFS and less) to 1 (-6 dBFS and more). */
export function levelOf(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length) + 1e-12);
  return Math.min(1, Math.max(0, (decibels - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
}

export interface Analyser {
  /** Fills `samples` with the newest ones. */
  read(samples: Float32Array<ArrayBuffer>): void;
  close(): void;
}

export class LevelMeter {
  private analyser: Analyser | null = null;
  private cancel: Cancel = () => {};
  private readonly samples = new Float32Array(1024);

  constructor(
    private readonly analyse: (track: MediaStreamTrack) => Analyser | null,
    private readonly clock: Clock,
    private readonly hidden: () => boolean,
    private readonly measured: (level: number) => void,
  ) {}

  /** Null stops; the level is then 0. */
  follow(track: MediaStreamTrack | null): void {
    this.cancel();
    this.analyser?.close();
    this.analyser = track && this.analyse(track);
    this.measured(0);
    if (this.analyser) this.measure();
  }

  private measure(): void {
    if (!this.hidden()) {
      this.analyser?.read(this.samples);
      this.measured(levelOf(this.samples));
    }
    this.cancel = this.clock.after(EVERY_MS, () => this.measure());
  }
}
