/**
 * The session with the server: opens it, keeps it, takes it up again by itself. A state machine without a clock or a
 * socket of its own (both are given), so that every loss can be tested without waiting.
 *
 *     idle -> opening (-> lobby) -> joined -> waiting -> opening -> …        any -> ended (a final code, or `close`)
 *
 * It hands on the room's events in order, without gaps and once: what it missed it asks for.
 */
import {
  type EarlyOffer,
  PROTOCOL_VERSION,
  type Requests,
  type Resync,
  type SessionPush,
  SILENCE_FACTOR,
  type Snapshot,
  type ViewedEvent,
  type Welcome,
} from "../generated/protocol";
import { CommandError, type ConnectionState } from "./api";
import { openTimeoutMs, retryDelayMs } from "./backoff";
import type { Cancel, Clock } from "./clock";
import { decodeServerFrame, encodeRequest, type ServerFrame } from "./codec";
import { asksForPatience, codeOfClose, isFinal } from "./endings";
import { type FormerObserver, FormerSocket } from "./former-socket";
import { HELLO_REF, PendingRequests, type RequestOptions } from "./requests";
import type { Socket, SocketEvents } from "./socket";
import type { SessionRecord, SessionStore } from "./store";

export interface ConnectionPorts {
  readonly openSocket: (events: SocketEvents) => Socket;
  readonly clock: Clock;
  readonly random: () => number;
  readonly store: SessionStore;
  readonly client: string;
  /** A media offer that goes with the hello; null: none is ready. */
  readonly earlyOffer: () => EarlyOffer | null;
}

export interface ConnectionObserver extends FormerObserver {
  stateChanged(state: ConnectionState): void;
  /** A session is up: new, or resumed with everything that the server keeps for it. */
  welcomed(welcome: Welcome): void;
  /** Replaces everything known of the room. */
  snapshot(snapshot: Snapshot): void;
  /** Follows the snapshot, or the event before, by exactly one. */
  event(seq: number, atMs: number, event: ViewedEvent): void;
  pushed(push: SessionPush): void;
  /** The room goes to another node in order: the media of now live on until `formerEnded`, and others are to be made. */
  moving(): void;
}

/** What opens a seat: an invitation, and for a group link who this is. */
export interface Credentials {
  readonly token: string;
  readonly name?: string;
  readonly seat?: string;
}

/** A first join gives up after so many tries, so that the person can do something about it. */
const JOIN_ATTEMPTS = 4;
/** A session that lived this long was sound: its loss is a new one, and the first retry is at once again. */
const SOUND_MS = 10_000;
/** With another sign that the network is gone, this much silence is enough. */
const DOUBTFUL_HEARTBEATS = 1.2;
/** Events that may arrive while a snapshot is under way. */
const MAX_HELD = 2048;

/** A request's own fields; its name travels beside them. */
export type Payload<Name extends keyof Requests> = Omit<Requests[Name]["request"], "type">;

type Phase = "idle" | "opening" | "lobby" | "joined" | "waiting" | "ended";
type EventFrame = Extract<ServerFrame, { kind: "event" }>;

export class Connection {
  private phase: Phase = "idle";
  private socket: Socket | null = null;
  private credentials: Credentials | null = null;
  private session: SessionRecord | null = null;
  private requests: PendingRequests;
  private joined: { resolve: () => void; reject: (error: CommandError) => void } | null = null;
  /** Null until a snapshot is here; afterwards the `seq` of the last event handed on. */
  private seq: number | null = null;
  /** Events that came while a snapshot is awaited. */
  private held: EventFrame[] | null = null;
  private attempt = 0;
  /** Since when this person waits in the lobby, server time; null: they do not. */
  private lobbySinceMs: number | null = null;
  private lostAtMs = 0;
  private joinedAtMs = 0;
  private heardAtMs = 0;
  private heartbeatMs = 10_000;
  private wasOffline = false;
  private offersEarly = true;
  /** The last hello carried an offer. */
  private offered = false;
  readonly former: FormerSocket;
  private cancelTimer: Cancel = () => {};

  constructor(
    private readonly ports: ConnectionPorts,
    private readonly observer: ConnectionObserver,
  ) {
    this.requests = new PendingRequests(ports.clock);
    this.former = new FormerSocket(ports.clock, observer);
  }

  /** Resolves when the room is here; rejects with a CommandError when the server says no or cannot be reached. */
  open(credentials: Credentials): Promise<void> {
    if (this.phase !== "idle" && this.phase !== "ended") throw new Error("already open");
    this.credentials = credentials;
    this.session = this.ports.store.load(credentials.token);
    this.requests = new PendingRequests(this.ports.clock, this.session?.ref, this.session?.unanswered);
    this.seq = null;
    this.attempt = 0;
    this.lobbySinceMs = null;
    return new Promise((resolve, reject) => {
      this.joined = { resolve, reject };
      this.observer.stateChanged({ kind: "connecting" });
      this.connect();
    });
  }

  /** Shows the server, beside the socket, whose session this is; null: there is none. */
  get proof(): string | null {
    const { session } = this;
    return session && this.phase !== "ended" ? `${session.sessionId}.${session.secret}` : null;
  }

  /** A request with a reply; see `PendingRequests.ask`. */
  request<Name extends keyof Requests>(
    type: Name,
    payload: Payload<Name>,
    options?: RequestOptions,
  ): Promise<Requests[Name]["reply"]> {
    if (this.phase === "idle" || this.phase === "ended")
      return Promise.reject(new CommandError("not_connected"));
    const reply = this.requests.ask(type, payload, { keep: type === "chat.post", ...options });
    this.save();
    return reply as Promise<Requests[Name]["reply"]>;
  }

  /** A message without a reply, worth sending only now. */
  post<
    Name extends
      | "pong"
      | "media.view"
      | "media.report"
      | "media.handover"
      | "notes.cursor"
      | "captions.write",
  >(type: Name, payload: Payload<Name>): void {
    if (this.phase === "joined" || (this.phase === "lobby" && type === "pong"))
      this.socket?.send(encodeRequest(0, type, payload));
  }

  /** The person leaves, or takes no further interest. */
  close(code = "left"): void {
    this.end(code);
  }

  /** The browser says that the network went away. */
  offline(): void {
    this.wasOffline = true;
  }

  /** The network came back, the page was woken, or the media stopped: a moment to try, and to doubt a silent socket. */
  wake(): void {
    const silentMs = this.ports.clock.now() - this.heardAtMs;
    if (this.phase === "waiting") this.connect();
    else if (
      (this.phase === "joined" || this.phase === "lobby") &&
      (this.wasOffline || silentMs > this.heartbeatMs * DOUBTFUL_HEARTBEATS)
    )
      this.lost(null);
    this.wasOffline = false;
  }

  private connect(): void {
    this.cancelTimer();
    this.phase = "opening";
    let failure: string | null = null;
    const current = (): boolean => this.socket === socket;
    const socket = this.ports.openSocket({
      opened: () => {
        if (current()) this.hello();
      },
      received: (bytes) => {
        if (!current()) return this.former.received(socket, bytes);
        const code = this.receive(bytes);
        if (code !== null) failure = code;
      },
      closed: (closeCode) => {
        if (current()) this.lost(failure ?? codeOfClose(closeCode));
        else this.former.closed(socket);
      },
    });
    this.socket = socket;
    this.cancelTimer = this.ports.clock.after(openTimeoutMs(this.attempt), () => this.lost(failure));
  }

  private hello(): void {
    const { session } = this;
    const offer = this.offersEarly ? this.ports.earlyOffer() : null;
    this.offered = offer !== null;
    this.socket?.send(
      encodeRequest(HELLO_REF, "hello", {
        ...this.credentials,
        protocol: PROTOCOL_VERSION,
        client: this.ports.client,
        resume: session
          ? { session_id: session.sessionId, secret: session.secret, epoch: session.epoch, seq: session.seq }
          : undefined,
        ...(offer ? { offer } : {}),
      }),
    );
  }

  /** Returns the code that the server ends the connection with, if this frame says so. */
  private receive(bytes: ArrayBuffer): string | null {
    this.heardAtMs = this.ports.clock.now();
    const frame = decodeServerFrame(bytes);
    switch (frame.kind) {
      case "ok":
        if (this.greeting && frame.ref === HELLO_REF) this.welcome(frame.result as Welcome);
        else this.requests.answer(frame.ref, { result: frame.result });
        return null;
      case "error":
        if (frame.ref === 0 || (this.greeting && frame.ref === HELLO_REF)) return frame.error.code;
        this.requests.answer(frame.ref, { error: new CommandError(frame.error.code, frame.error.detail) });
        return null;
      case "event":
        this.take(frame);
        return null;
      case "push":
        if (frame.push.type === "lobby.waiting") this.enterLobby(frame.push.since_at_ms);
        if (frame.push.type === "room.moved") this.move(frame.push.media_ms);
        if (frame.push.type === "ping") this.post("pong", { sent_at_ms: frame.push.sent_at_ms });
        this.observer.pushed(frame.push);
        return null;
    }
  }

  /** Hello was said, and not answered yet. */
  private get greeting(): boolean {
    return this.phase === "opening" || this.phase === "lobby";
  }

  /** A person decides about us: however long it takes, and through any number of lost sockets. */
  private enterLobby(sinceMs: number): void {
    if (this.phase !== "opening") return;
    this.cancelTimer();
    this.phase = "lobby";
    this.attempt = 0;
    this.lobbySinceMs = sinceMs;
    this.watch();
    this.observer.stateChanged({ kind: "waiting", sinceMs, reached: true });
  }

  /** This socket stays for the media connection of now; the session goes on over another one, at once. */
  private move(mediaMs: number): void {
    this.former.end();
    this.observer.moving();
    this.former.keep(this.socket, mediaMs);
    this.socket = null;
    this.lost("moved");
  }

  private welcome(welcome: Welcome): void {
    this.cancelTimer();
    this.phase = "joined";
    this.lobbySinceMs = null;
    this.joinedAtMs = this.heardAtMs;
    this.heartbeatMs = welcome.heartbeat_s * 1000;
    this.session = {
      token: this.credentials?.token ?? "",
      sessionId: welcome.session_id,
      secret: welcome.secret,
      epoch: welcome.epoch,
      seq: this.seq ?? welcome.seq,
      ref: this.requests.lastRef,
    };
    this.watch();
    this.observer.welcomed(welcome);
    // After a reload the session goes on, but the page knows nothing of the room yet.
    if (welcome.snapshot) this.restart(welcome.snapshot);
    else if (this.seq === null) this.resync();
    else this.up();
    if (welcome.media.handover) this.post("media.handover", {});
    this.requests.attach((bytes) => this.socket?.send(bytes), welcome.resumed);
  }

  private take(frame: EventFrame): void {
    if (this.held) {
      if (this.held.length < MAX_HELD) this.held.push(frame);
    } else if (this.seq === null || frame.seq > this.seq + 1) {
      this.resync();
      this.take(frame);
    } else if (frame.seq === this.seq + 1) {
      this.seq = frame.seq;
      this.save();
      this.observer.event(frame.seq, frame.atMs, frame.event);
    }
  }

  /** Asks for everything anew: what this person may see has changed. */
  refresh(): void {
    if (this.phase === "joined") this.resync();
  }

  private resync(): void {
    if (this.held) return;
    this.held = [];
    const { socket } = this;
    // Asked when the requests are attached: the reply may overtake events, which are held until it is here.
    queueMicrotask(() => {
      this.requests.ask("snapshot.get", {}, { repeat: false }).then(
        (reply) => {
          const { epoch, snapshot } = reply as Resync;
          if (this.session) this.session = { ...this.session, epoch };
          this.restart(snapshot);
        },
        () => {
          if (this.socket === socket) this.lost(null);
        },
      );
    });
  }

  private restart(snapshot: Snapshot): void {
    const held = this.held ?? [];
    this.held = null;
    this.seq = snapshot.seq;
    this.save();
    this.observer.snapshot(snapshot);
    this.up();
    for (const frame of held) this.take(frame);
  }

  private up(): void {
    this.observer.stateChanged({ kind: "connected" });
    this.joined?.resolve();
    this.joined = null;
  }

  private watch(): void {
    const limitMs = this.heartbeatMs * SILENCE_FACTOR;
    const silentMs = this.ports.clock.now() - this.heardAtMs;
    if (silentMs >= limitMs) this.lost(null);
    else this.cancelTimer = this.ports.clock.after(limitMs - silentMs, () => this.watch());
  }

  private lost(reason: string | null): void {
    const now = this.ports.clock.now();
    // A server of before early offers, in a cluster that is being upgraded, does not know the field.
    const unknown = reason === "malformed_frame" && this.greeting && this.offered;
    if (unknown) this.offersEarly = false;
    const code = unknown ? null : reason;
    this.drop();
    if (code !== null && isFinal(code)) this.end(code);
    else if (this.joined && this.lobbySinceMs === null && this.attempt >= JOIN_ATTEMPTS - 1)
      this.giveUp(code ?? "unreachable");
    else this.retry(code, now);
  }

  private retry(code: string | null, now: number): void {
    if (this.phase === "joined") {
      this.lostAtMs = now;
      if (now - this.joinedAtMs >= SOUND_MS) this.attempt = 0;
    }
    this.phase = "waiting";
    this.attempt += 1;
    if (this.lobbySinceMs !== null)
      this.observer.stateChanged({ kind: "waiting", sinceMs: this.lobbySinceMs, reached: false });
    else if (!this.joined)
      this.observer.stateChanged({ kind: "reconnecting", sinceMs: this.lostAtMs, attempt: this.attempt });
    const patience = asksForPatience(code) ? 2 : 0;
    this.cancelTimer = this.ports.clock.after(
      retryDelayMs(this.attempt + patience, this.ports.random()),
      () => this.connect(),
    );
  }

  private drop(): void {
    const { socket } = this;
    this.cancelTimer();
    this.socket = null;
    // The picture that was asked for anew did not come: the next connection asks again.
    if (this.held) this.seq = null;
    this.held = null;
    this.requests.detach();
    socket?.close();
  }

  /** The server cannot be reached: the person may try again. */
  private giveUp(code: string): void {
    this.drop();
    this.phase = "idle";
    this.finish(code, { kind: "idle" });
  }

  private end(code: string): void {
    this.drop();
    this.former.end();
    this.phase = "ended";
    this.session = null;
    this.ports.store.clear();
    this.finish(code, { kind: "ended", code });
  }

  private finish(code: string, state: ConnectionState): void {
    this.requests.fail(code);
    this.observer.stateChanged(state);
    this.joined?.reject(new CommandError(code));
    this.joined = null;
  }

  private save(): void {
    if (!this.session || this.phase === "ended") return;
    const { lastRef: ref, kept } = this.requests;
    this.session = { ...this.session, seq: this.seq ?? this.session.seq, ref, unanswered: kept };
    this.ports.store.save(this.session);
  }
}
