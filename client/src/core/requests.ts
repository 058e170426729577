/**
 * Requests that wait for their replies. A command is kept until it is answered and repeated with the same `ref` when the
 * session is resumed, so that it happens exactly once (docs/protocol.md, "Idempotence"). What belongs to one
 * connection only (a snapshot, an offer) is given up with it. A request that was not answered in time may still have
 * happened: whoever asks for the same thing again does so under its `ref`.
 */
import { CommandError } from "./api";
import type { Cancel, Clock } from "./clock";
import { encodeRequest } from "./codec";

/** The server refuses more than 64; resending must not cross that line either. */
export const MAX_WAITING = 48;
export const REPLY_TIMEOUT_MS = 15_000;
/** `hello` opens each socket and is no part of the session's sequence; everything else counts on from there. */
export const HELLO_REF = 1;

export interface RequestOptions {
  /** Repeat it after a lost connection (default true). */
  readonly repeat?: boolean;
  /** Keep it over a reload of the page: it is what somebody wrote. */
  readonly keep?: boolean;
  /** Ask again what was not answered in time: the `ref` of its `Unanswered`. */
  readonly again?: number | undefined;
}

/** There was no reply in time. What was asked may have happened, or happen yet. */
export class Unanswered extends CommandError {
  constructor(readonly ref: number) {
    super("timeout");
  }
}

/** A request that a reloaded page sends again; the same `ref` sees to it that it happens once. */
export interface KeptRequest {
  readonly ref: number;
  readonly type: string;
  readonly payload: object;
  readonly sent: boolean;
}

interface Waiting {
  readonly kept: Omit<KeptRequest, "sent"> | null;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly repeat: boolean;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: CommandError) => void;
  sent: boolean;
  cancelTimeout: Cancel;
}

export class PendingRequests {
  private readonly waiting = new Map<number, Waiting>();
  /** Refs up to this one were of an earlier session: the server does not know them any more. */
  private before: number;
  private send: ((bytes: Uint8Array<ArrayBuffer>) => void) | null = null;
  /** The highest `ref` given out. */
  lastRef: number;

  constructor(
    private readonly clock: Clock,
    lastRef = HELLO_REF,
    kept: readonly KeptRequest[] = [],
  ) {
    this.lastRef = lastRef;
    this.before = HELLO_REF;
    for (const { ref, type, payload, sent } of kept) {
      this.waiting.set(ref, {
        kept: { ref, type, payload },
        bytes: encodeRequest(ref, type, payload),
        repeat: true,
        resolve: () => {},
        reject: () => {}, // whoever asked is gone with the page; the room shows what came of it
        sent,
        cancelTimeout: () => {},
      });
    }
  }

  /** Those without a reply that a reload is to keep, in the order in which they were asked. */
  get kept(): readonly KeptRequest[] {
    return [...this.waiting.values()].flatMap(({ kept, sent }) => (kept ? [{ ...kept, sent }] : []));
  }

  /**
   * Sends now, or as soon as the session is up again. Rejects with a CommandError: the server's code, or `timeout`,
   * `connection_lost`, `too_many_requests`.
   */
  ask(type: string, payload: object, options: RequestOptions = {}): Promise<unknown> {
    const repeat = options.repeat ?? true;
    if (this.waiting.size >= MAX_WAITING) return Promise.reject(new CommandError("too_many_requests"));
    if (!this.send && !repeat) return Promise.reject(new CommandError("connection_lost"));
    const ref = this.refFor(options.again);
    return new Promise((resolve, reject) => {
      this.waiting.set(ref, {
        kept: options.keep ? { ref, type, payload } : null,
        bytes: encodeRequest(ref, type, payload),
        repeat,
        resolve,
        reject,
        sent: false,
        cancelTimeout: () => {},
      });
      this.transmit(ref);
    });
  }

  /** A reply came. False: nothing waits for it (it was answered before, or timed out). */
  answer(ref: number, outcome: { result: unknown } | { error: CommandError }): boolean {
    const waiting = this.waiting.get(ref);
    if (!waiting) return false;
    this.waiting.delete(ref);
    waiting.cancelTimeout();
    if ("error" in outcome) waiting.reject(outcome.error);
    else waiting.resolve(outcome.result);
    return true;
  }

  /** The session is up on a new socket. `resumed` false: what was sent before may or may not have happened. */
  attach(send: (bytes: Uint8Array<ArrayBuffer>) => void, resumed: boolean): void {
    this.send = send;
    if (!resumed) this.before = this.lastRef;
    for (const [ref, waiting] of [...this.waiting]) {
      if (waiting.sent && !resumed) this.answer(ref, { error: new CommandError("connection_lost") });
      else this.transmit(ref);
    }
  }

  /** The socket was lost. */
  detach(): void {
    this.send = null;
    for (const [ref, waiting] of [...this.waiting]) {
      waiting.cancelTimeout();
      if (!waiting.repeat) this.answer(ref, { error: new CommandError("connection_lost") });
    }
  }

  /** The session is over. */
  fail(code: string): void {
    this.send = null;
    for (const ref of [...this.waiting.keys()]) this.answer(ref, { error: new CommandError(code) });
  }

  private refFor(again: number | undefined): number {
    const same = again !== undefined && again > this.before && !this.waiting.has(again);
    return same ? again : ++this.lastRef;
  }

  private transmit(ref: number): void {
    const waiting = this.waiting.get(ref);
    if (!waiting || !this.send) return;
    waiting.sent = true;
    waiting.cancelTimeout = this.clock.after(REPLY_TIMEOUT_MS, () => {
      this.answer(ref, { error: new Unanswered(ref) });
    });
    this.send(waiting.bytes);
  }
}
