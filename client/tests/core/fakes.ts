/** The browser's edge and the server, in the hands of a test. Time moves only when the test turns it. */
import { decode, encode } from "@msgpack/msgpack";
import type { Cancel, Clock } from "../../src/core/clock";
import type { Socket, SocketEvents } from "../../src/core/socket";
import type { KeyValue } from "../../src/core/store";
import type { MediaFlags, Participant, Role, Snapshot, Welcome } from "../../src/generated/protocol";

export class ManualClock implements Clock {
  private time = 1_800_000_000_000;
  private timers: { atMs: number; action: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(delayMs: number, action: () => void): Cancel {
    const timer = { atMs: this.time + delayMs, action };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((one) => one !== timer);
    };
  }

  /** Runs everything that is due by then, in order, letting promises settle in between. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (;;) {
      const due = this.timers.filter(({ atMs }) => atMs <= end).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) break;
      this.timers = this.timers.filter((one) => one !== due);
      this.time = Math.max(this.time, due.atMs);
      due.action();
      await settle();
    }
    this.time = end;
  }
}

/** Lets everything that waits only for promises happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

type Request = [ref: number, type: string, payload: Record<string, unknown>];

/** One WebSocket as the server's end sees it. */
export class FakeSocket implements Socket {
  readonly received: Request[] = [];
  closed = false;

  constructor(readonly events: SocketEvents) {}

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.received.push(decode(bytes) as Request);
  }

  close(): void {
    this.closed = true;
  }

  /** What the client asked of this type, newest last. */
  asked(type: string): Request[] {
    return this.received.filter(([, name]) => name === type);
  }

  open(): this {
    this.events.opened();
    return this;
  }

  give(...frame: unknown[]): void {
    const bytes = encode(frame);
    this.events.received(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  ok(ref: number, result: object): void {
    this.give("ok", ref, result);
  }

  refuse(ref: number, code: string): void {
    this.give("error", ref, { code, detail: "" });
  }

  event(seq: number, type: string, payload: object): void {
    this.give("event", seq, 1_800_000_000_000 + seq, type, payload);
  }

  push(type: string, payload: object): void {
    this.give("push", type, payload);
  }

  welcome(change: Partial<Welcome> = {}): this {
    this.ok(1, welcome(change));
    return this;
  }

  lose(closeCode = 1006): void {
    this.events.closed(closeCode);
  }
}

export class FakeNetwork {
  readonly sockets: FakeSocket[] = [];

  readonly openSocket = (events: SocketEvents): Socket => {
    const socket = new FakeSocket(events);
    this.sockets.push(socket);
    return socket;
  };

  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }
}

export class MemoryArea implements KeyValue {
  readonly items = new Map<string, string>();

  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }

  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }

  removeItem(key: string): void {
    this.items.delete(key);
  }
}

export const FLAGS_OFF: MediaFlags = { microphone: false, camera: false, screen: false };

export function participant(id: string, change: Partial<Participant> = {}): Participant {
  return {
    id,
    name: id.toUpperCase(),
    role: "participant" as Role,
    presence: "joined",
    connected: true,
    joined_at_ms: 1_799_999_000_000,
    presence_at_ms: 1_799_999_000_000,
    media: FLAGS_OFF,
    breakout: null,
    visiting: false,
    ...change,
  };
}

/** Ada is the viewer, Tom the trainer, Ben another learner. */
export function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    room_id: "room",
    name: "Web design",
    seq: 10,
    you: "ada",
    participants: [participant("tom", { role: "trainer" }), participant("ada"), participant("ben")],
    hands: [],
    chat: [],
    spotlight: null,
    voice_broadcast: null,
    rules: { unmute: true, screen: true, chat: true, locked: false, lobby: false },
    layout: null,
    lobby: [],
    kept_out: [],
    last_round: null,
    offers: [],
    constraints: { apart: [], together: [] },
    group_sets: [],
    breakouts: null,
    floor: null,
    help: [],
    checkin: null,
    agenda: [],
    timer: null,
    glossary: [],
    ...change,
  };
}

export function welcome(change: Partial<Welcome> = {}): Welcome {
  return {
    protocol: 1,
    session_id: "session-1",
    secret: "a-secret-of-the-session",
    participant_id: "ada",
    role: "participant",
    epoch: "epoch-1",
    resumed: false,
    seq: 10,
    heartbeat_s: 10,
    server_time_ms: 1_800_000_000_000,
    limits: { frame_bytes: 65_536, chat_chars: 2_000, requests_per_s: 20, unanswered_requests: 64 },
    media: { audio_slots: 4, video_slots: 16, ice_servers: [], handover: false },
    snapshot: snapshot(),
    answer: null,
    ...change,
  };
}
