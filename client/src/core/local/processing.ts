/**
 * What browsers do to sound and pictures before we get them: noise suppression, and a blurred background where the system has it
 * (`backgroundBlur`, Media Capture Extensions). Kept by this device.
 */
import { signal } from "@preact/signals";
import type { Store } from "../store";

interface Kept {
  readonly noiseSuppression: boolean;
  readonly blur: boolean;
}

const KEY = "processing";
const USUAL: Kept = { noiseSuppression: true, blur: false };

export class Processing {
  readonly noiseSuppression;
  /** Null: this camera cannot, or is off. */
  readonly backgroundBlur = signal<boolean | null>(null);
  private wantsBlur: boolean;
  private camera: MediaStreamTrack | null = null;

  constructor(private readonly store: Store) {
    const kept = { ...USUAL, ...store.read<Partial<Kept>>(KEY) };
    this.noiseSuppression = signal(kept.noiseSuppression);
    this.wantsBlur = kept.blur;
  }

  /** False: this track goes on as it was; another one has to be opened to have it otherwise. */
  async setNoiseSuppression(on: boolean, track: MediaStreamTrack | null): Promise<boolean> {
    this.noiseSuppression.value = on;
    this.keep();
    if (track === null) return true;
    try {
      // `applyConstraints` replaces what was asked for before: the rest is asked for again.
      await track.applyConstraints({ ...track.getConstraints(), noiseSuppression: on });
    } catch {
      return false;
    }
    return track.getSettings().noiseSuppression === on;
  }

  /** A camera that is in use from now on; null: none. */
  async useCamera(track: MediaStreamTrack | null): Promise<void> {
    this.camera = track;
    this.backgroundBlur.value = blurOf(track);
    if (this.wantsBlur) await this.applyBlur(true);
  }

  async setBackgroundBlur(on: boolean): Promise<void> {
    this.wantsBlur = on;
    this.keep();
    await this.applyBlur(on);
  }

  private async applyBlur(on: boolean): Promise<void> {
    const { camera } = this;
    if (camera === null || this.backgroundBlur.peek() === null) return;
    const constraints = { ...camera.getConstraints(), backgroundBlur: on };
    // A system that refuses leaves the picture as it is, which is then what is shown as chosen.
    await camera.applyConstraints(constraints).catch(() => {});
    if (camera === this.camera) this.backgroundBlur.value = blurOf(camera);
  }

  private keep(): void {
    const kept: Kept = { noiseSuppression: this.noiseSuppression.peek(), blur: this.wantsBlur };
    this.store.write(KEY, kept);
  }
}

/** Null where it cannot be turned both on and off. */
function blurOf(track: MediaStreamTrack | null): boolean | null {
  const can = track?.getCapabilities?.().backgroundBlur ?? [];
  if (track === null || !can.includes(true) || !can.includes(false)) return null;
  return track.getSettings().backgroundBlur === true;
}
