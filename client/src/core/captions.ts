/** What is said, as text, while it is said: the lines of the place where one is, and one's own line on its way. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { CAPTION_CHARS, type CaptionKind, type CaptionLine, type CaptionsPush } from "../generated/protocol";
import type { Cancel, Clock } from "./clock";

/** A line on the wire is at most this old. */
export const SEND_EVERY_MS = 250;
/** Whoever has typed within this time speaks. */
export const TYPING_MS = 3_000;
const LINES_KEPT = 200;

export interface CaptionWriter {
  /** The line as it stands; letters follow within `SEND_EVERY_MS`. Empty: it is taken back. */
  change(text: string): void;
  /** The line is finished; the next change begins another. */
  finish(): void;
}

export interface CaptionsActions {
  /** Oldest first; the unfinished ones are still being written. */
  readonly lines: ReadonlySignal<readonly CaptionLine[]>;
  /** One's own line, in one of the three ways to write it. `refused`: why the server does not take it. */
  writer(kind: CaptionKind, refused: (error: unknown) => void): CaptionWriter;
}

export interface CaptionPorts {
  readonly clock: Clock;
  /** `post`: worth it only now; `request`: until it is answered. */
  readonly post: (line: CaptionRequest) => void;
  readonly request: (line: CaptionRequest) => Promise<unknown>;
}

export interface CaptionRequest {
  readonly line: number;
  readonly text: string;
  readonly kind: CaptionKind;
  readonly done: boolean;
}

export class Captions implements CaptionsActions {
  readonly lines: Signal<readonly CaptionLine[]> = signal([]);
  /** Ids of those who speak by typing now. */
  readonly typing: ReadonlySignal<readonly string[]>;
  private readonly typedAtMs = signal<ReadonlyMap<string, number>>(new Map());
  private cancel: Cancel = () => {};
  private lastLine = 0;

  constructor(private readonly ports: CaptionPorts) {
    this.typing = computed(() => [...this.typedAtMs.value.keys()]);
  }

  writer(kind: CaptionKind, refused: (error: unknown) => void): CaptionWriter {
    return new LineWriter(kind, this.ports, () => this.nextLine(), refused);
  }

  pushed(push: CaptionsPush): void {
    if (push.type === "captions.history") {
      this.lines.value = push.lines;
      return;
    }
    const { line } = push;
    this.lines.value = withLine(this.lines.peek(), line);
    if (line.kind === "typing") this.typed(line);
  }

  /** The session is over. */
  clear(): void {
    this.cancel();
    this.lines.value = [];
    this.typedAtMs.value = new Map();
  }

  /** Greater than any before, in this page and in those before it. */
  private nextLine(): number {
    this.lastLine = Math.max(this.ports.clock.now(), this.lastLine + 1);
    return this.lastLine;
  }

  private typed({ participant_id, text, done }: CaptionLine): void {
    const times = new Map(this.typedAtMs.peek());
    times.delete(participant_id);
    if (text !== "" && !done) times.set(participant_id, this.ports.clock.now());
    this.typedAtMs.value = times;
    this.forgetLater();
  }

  private forgetLater(): void {
    this.cancel();
    const first = [...this.typedAtMs.peek().values()][0];
    if (first === undefined) return;
    const { clock } = this.ports;
    this.cancel = clock.after(first + TYPING_MS - clock.now(), () => {
      const since = clock.now() - TYPING_MS;
      this.typedAtMs.value = new Map([...this.typedAtMs.peek()].filter(([, atMs]) => atMs > since));
      this.forgetLater();
    });
  }
}

/** A line stays where it was begun; one without text is gone. */
export function withLine(lines: readonly CaptionLine[], line: CaptionLine): readonly CaptionLine[] {
  const same = (one: CaptionLine) => one.participant_id === line.participant_id && one.line === line.line;
  if (line.text === "") return lines.filter((one) => !same(one));
  if (lines.some(same)) return lines.map((one) => (same(one) ? line : one));
  return [...lines, line].slice(-LINES_KEPT);
}

class LineWriter implements CaptionWriter {
  private line: number | null = null;
  private text = "";
  private sent = "";
  /** So many letters of what is being written went as lines of their own already. */
  private taken = 0;
  private cancel: Cancel | null = null;

  constructor(
    private readonly kind: CaptionKind,
    private readonly ports: CaptionPorts,
    private readonly nextLine: () => number,
    private readonly refused: (error: unknown) => void,
  ) {}

  change(text: string): void {
    // Longer than one line: what is complete goes as a line of its own.
    while (text.length - this.taken > CAPTION_CHARS) {
      const space = text.lastIndexOf(" ", this.taken + CAPTION_CHARS);
      const end = space > this.taken ? space : this.taken + CAPTION_CHARS;
      this.begin(text.slice(this.taken, end));
      this.end();
      this.taken = end;
    }
    const rest = text.slice(this.taken).trimStart();
    if (rest === "" && this.line === null) return;
    this.begin(rest);
    if (this.cancel === null) this.send();
  }

  finish(): void {
    this.end();
    this.taken = 0;
  }

  private begin(text: string): void {
    this.line ??= this.nextLine();
    this.text = text;
  }

  private end(): void {
    this.cancel?.();
    this.cancel = null;
    const { line } = this;
    this.line = null;
    this.sent = "";
    if (line === null) return;
    const whole = { line, text: this.text.trim(), kind: this.kind, done: true };
    this.ports.request(whole).catch(this.refused);
  }

  private send(): void {
    const { line, text, kind } = this;
    if (line === null || text === this.sent) {
      this.cancel = null;
      return;
    }
    this.sent = text;
    this.ports.post({ line, text, kind, done: false });
    this.cancel = this.ports.clock.after(SEND_EVERY_MS, () => this.send());
  }
}
