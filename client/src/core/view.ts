/** Tells the server what this screen shows, when it changed and not too often: layers follow the tiles' sizes. */
import type { PublicationKind, Tile } from "../generated/protocol";
import type { Cancel, Clock } from "./clock";

const AT_MOST_EVERY_MS = 200;
const MAX_TILES = 64;
const MAX_PIXELS = 16_384;

export interface Shown {
  readonly participantId: string;
  readonly kind: PublicationKind;
  readonly width: number;
  readonly height: number;
}

export class ViewReporter {
  private wanted: readonly Tile[] | null = null;
  private sent = "";
  private sentAtMs = Number.NEGATIVE_INFINITY;
  private cancel: Cancel | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly send: (tiles: readonly Tile[]) => void,
  ) {}

  set(view: readonly Shown[]): void {
    this.wanted = view.slice(0, MAX_TILES).map(({ participantId, kind, width, height }) => ({
      participant_id: participantId,
      kind,
      width: pixels(width),
      height: pixels(height),
    }));
    this.schedule();
  }

  /** The server knows nothing of it any more: a session began, or was taken up again. */
  repeat(): void {
    this.sent = "";
    this.schedule();
  }

  private schedule(): void {
    if (this.cancel || !this.wanted) return;
    const waitMs = this.sentAtMs + AT_MOST_EVERY_MS - this.clock.now();
    if (waitMs <= 0) this.flush();
    else this.cancel = this.clock.after(waitMs, () => this.flush());
  }

  private flush(): void {
    this.cancel = null;
    const text = JSON.stringify(this.wanted);
    if (!this.wanted || text === this.sent) return;
    this.sent = text;
    this.sentAtMs = this.clock.now();
    this.send(this.wanted);
  }
}

function pixels(value: number): number {
  return Math.min(MAX_PIXELS, Math.max(0, Math.round(value)));
}
