/** Plays the audio slots: one hidden audio element for each, on the speaker that the person chose. */

export class Loudspeaker {
  private elements: HTMLAudioElement[] = [];
  private sinkId: string | null = null;
  private started = false;

  constructor(
    private readonly createElement: () => HTMLAudioElement,
    /** Told when the browser wants a click before it plays sound, and when that is over. */
    private readonly blocked: (blocked: boolean) => void,
  ) {}

  /** The streams of a new connection; those of before are dead. Silent until `start`. */
  play(streams: readonly MediaStream[]): void {
    for (const element of this.elements) {
      element.srcObject = null;
      element.remove();
    }
    this.elements = streams.map((stream) => {
      const element = this.createElement();
      element.srcObject = stream;
      return element;
    });
    for (const element of this.elements) this.route(element);
    if (this.started) this.start();
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
    for (const element of this.elements) this.route(element);
  }

  private route(element: HTMLAudioElement): void {
    // Without setSinkId the system's own choice holds; a speaker that is gone falls back to it too.
    if (this.sinkId !== null) element.setSinkId?.(this.sinkId).catch(() => {});
  }
}

/** Attached, because some browsers play only what is in the document; without controls it takes no room. */
export function hiddenAudioElement(): HTMLAudioElement {
  const element = document.createElement("audio");
  document.body.append(element);
  return element;
}
