/** Plays the audio slots: one hidden audio element for each, on the speaker that the person chose. */

export class Loudspeaker {
  private elements: HTMLAudioElement[] = [];
  private sinkId: string | null = null;

  constructor(
    private readonly createElement: () => HTMLAudioElement,
    /** Told when the browser wants a click before it plays sound, and when that is over. */
    private readonly blocked: (blocked: boolean) => void,
  ) {}

  /** The streams of a new connection; those of before are dead. */
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
    void this.start();
  }

  /** To be called from a click, after `blocked(true)`. */
  async start(): Promise<void> {
    const outcomes = await Promise.allSettled(this.elements.map((element) => element.play()));
    const refused = outcomes.some(
      (outcome) => outcome.status === "rejected" && (outcome.reason as Error)?.name === "NotAllowedError",
    );
    this.blocked(refused);
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
  element.autoplay = true;
  document.body.append(element);
  return element;
}
