/** Plays the audio slots: one hidden audio element for each, on the speaker that the person chose. */

export class Loudspeaker {
  private elements: HTMLAudioElement[] = [];
  /** Of the connection of before a move of the room. */
  private former: HTMLAudioElement[] = [];
  private sinkId: string | null = null;
  private started = false;

  constructor(
    private readonly createElement: () => HTMLAudioElement,
    /** Told when the browser wants a click before it plays sound, and when that is over. */
    private readonly blocked: (blocked: boolean) => void,
  ) {}

  /** The streams of a new connection; those of before are dead. Silent until `start`. */
  play(streams: readonly MediaStream[]): void {
    discard(this.elements);
    this.elements = streams.map((stream) => {
      const element = this.createElement();
      element.srcObject = stream;
      return element;
    });
    for (const element of this.elements) this.route(element);
    if (this.started) this.start();
  }

  /** What plays now goes on beside the streams of the next connection, until `endFormer`. */
  keepFormer(): void {
    this.endFormer();
    this.former = this.elements;
    this.elements = [];
  }

  endFormer(): void {
    discard(this.former);
    this.former = [];
  }

  /** Which slots are not to be heard now, of the former connection and of the one that is there; all others are. */
  silence({ former, now }: { former: readonly boolean[]; now: readonly boolean[] }): void {
    this.former.forEach((element, index) => {
      element.muted = former[index] ?? false;
    });
    this.elements.forEach((element, index) => {
      element.muted = now[index] ?? false;
    });
  }

  /** To be called from a click: browsers play sound only for somebody who is there. */
  start(): void {
    this.started = true;
    this.blocked(false);
    for (const element of this.elements) {
      // It may stay undecided until the first sound arrives; only a refusal is worth knowing.
      element.play().catch((error: unknown) => {
        const current = this.elements.includes(element);
        if (current && error instanceof DOMException && error.name === "NotAllowedError") this.blocked(true);
      });
    }
  }

  chooseSpeaker(sinkId: string | null): void {
    this.sinkId = sinkId;
    for (const element of [...this.former, ...this.elements]) this.route(element);
  }

  private route(element: HTMLAudioElement): void {
    // Without setSinkId the system's own choice holds; a speaker that is gone falls back to it too.
    if (this.sinkId !== null) element.setSinkId?.(this.sinkId).catch(() => {});
  }
}

function discard(elements: readonly HTMLAudioElement[]): void {
  for (const element of elements) {
    element.srcObject = null;
    element.remove();
  }
}

/** Attached, because some browsers play only what is in the document; without controls it takes no room. */
export function hiddenAudioElement(): HTMLAudioElement {
  const element = document.createElement("audio");
  document.body.append(element);
  return element;
}
