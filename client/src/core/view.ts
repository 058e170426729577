/** Tells the server what this screen shows, when it changed and not too often: layers follow the tiles' sizes. */
import type { Layer, PublicationKind, Tile, View } from "../generated/protocol";
import type { Cancel, Clock } from "./clock";
import { ALL_PICTURES, type ViewLimits } from "./media/limits";

const AT_MOST_EVERY_MS = 200;
const MAX_TILES = 64;
const MAX_PIXELS = 16_384;
/** The tallest picture for which the server picks each layer (docs/protocol.md, "Receiving"). */
const TALLEST: Readonly<Record<Layer, number>> = { h: MAX_PIXELS, m: 539, l: 199 };

export interface Shown {
  readonly participantId: string;
  readonly kind: PublicationKind;
  readonly width: number;
  readonly height: number;
  /** An interpreter: neither hidden nor sent small to save data or work. */
  readonly vital?: boolean;
}

/** What is asked for of `shown` within `limits`: what is too much becomes smaller, or hidden from the least important up. */
export function viewWithin(shown: readonly Shown[], limits: ViewLimits): Omit<View, "type"> {
  const wanted = limits.pictures > 0 ? shown : limits.interpreters ? shown.filter(({ vital }) => vital) : [];
  let left = limits.pictures;
  const tiles = wanted.slice(0, MAX_TILES).map(({ participantId, kind, width, height, vital }): Tile => {
    const visible = width > 0 && height > 0 && (vital || left > 0);
    if (visible) left -= 1;
    const layer = vital && limits.layer === "l" ? "m" : limits.layer;
    const tallest = kind === "screen" ? MAX_PIXELS : TALLEST[layer];
    const scale = visible ? Math.min(1, tallest / height) : 0;
    return {
      participant_id: participantId,
      kind,
      width: pixels(width * scale),
      height: pixels(height * scale),
    };
  });
  return { tiles, only: limits.pictures !== ALL_PICTURES };
}

export class ViewReporter {
  private shown: readonly Shown[] | null = null;
  private limits: ViewLimits = { pictures: ALL_PICTURES, layer: "h", interpreters: true };
  private sent = "";
  private sentAtMs = Number.NEGATIVE_INFINITY;
  private cancel: Cancel | null = null;

  constructor(
    private readonly clock: Clock,
    private readonly send: (view: Omit<View, "type">) => void,
  ) {}

  set(shown: readonly Shown[]): void {
    this.shown = shown;
    this.schedule();
  }

  limit(limits: ViewLimits): void {
    this.limits = limits;
    this.schedule();
  }

  /** The server knows nothing of it any more: a session began, or was taken up again. */
  repeat(): void {
    this.sent = "";
    this.schedule();
  }

  private schedule(): void {
    if (this.cancel) return;
    const waitMs = this.sentAtMs + AT_MOST_EVERY_MS - this.clock.now();
    if (waitMs <= 0) this.flush();
    else this.cancel = this.clock.after(waitMs, () => this.flush());
  }

  private flush(): void {
    this.cancel = null;
    // Until the interface has said what it shows, the server assumes everybody: only that none are wanted is worth saying.
    if (!this.shown && this.limits.pictures > 0) return;
    const view = viewWithin(this.shown ?? [], this.limits);
    const text = JSON.stringify(view);
    if (text === this.sent) return;
    this.sent = text;
    this.sentAtMs = this.clock.now();
    this.send(view);
  }
}

function pixels(value: number): number {
  return Math.min(MAX_PIXELS, Math.max(0, Math.round(value)));
}
