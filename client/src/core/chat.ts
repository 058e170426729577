/** The chat as one person sees it: what the room has, and what they wrote that is still on its way. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Channel, ChatMessage, Done, Snapshot } from "../generated/protocol";
import { type ChatEntry, CommandError } from "./api";
import type { Clock } from "./clock";
import { isStaff } from "./roles";
import type { Store } from "./store";

export interface ChatPorts {
  readonly post: (message: { channel: Channel; text: string; to?: string }) => Promise<Done>;
  readonly clock: Clock;
  readonly store: Store;
}

/** A message of one's own; `id` is negative, so that it never meets a message of the room. */
interface Pending extends ChatEntry {
  readonly to: string | undefined;
  /** The newest message when it was written: it can only be a later one. */
  readonly after: number;
  /** Its `seq`, when the server has taken it. */
  readonly acceptedAs: number | null;
}

export class Chat {
  readonly entries: ReadonlySignal<readonly ChatEntry[]>;
  readonly unread: ReadonlySignal<number>;
  private readonly pending: Signal<readonly Pending[]> = signal([]);
  private readonly lastRead: Signal<number | null> = signal(null);
  private lastId = 0;

  constructor(
    private readonly room: ReadonlySignal<Snapshot | null>,
    private readonly ports: ChatPorts,
  ) {
    this.entries = computed(() => {
      const snapshot = this.room.value;
      if (!snapshot) return [];
      return [
        ...snapshot.chat.map((message) => entryOf(message, snapshot.you)),
        ...this.outstanding(snapshot),
      ];
    });
    this.unread = computed(() => {
      const read = this.lastRead.value;
      return read === null ? 0 : this.entries.value.filter(({ own, id }) => !own && id > read).length;
    });
  }

  /** A snapshot came: what was read before, in this browser, stays read; to a newcomer the past is no news. */
  opened(snapshot: Snapshot): void {
    this.lastRead.value ??= this.ports.store.read<number>(readKey(snapshot)) ?? newest(snapshot);
  }

  markRead(): void {
    const snapshot = this.room.peek();
    if (!snapshot) return;
    const read = Math.max(newest(snapshot), this.lastRead.peek() ?? 0);
    if (read === this.lastRead.peek()) return;
    this.lastRead.value = read;
    this.ports.store.write(readKey(snapshot), read);
  }

  /** Shows the message at once. Resolves when the server has it; rejects, and keeps the text, when it was refused. */
  async post(channel: Channel, text: string, to?: string): Promise<void> {
    const snapshot = this.room.peek();
    const me = snapshot?.participants.find(({ id }) => id === snapshot.you);
    if (!snapshot || !me) throw new CommandError("not_connected");
    const entry: Pending = {
      id: --this.lastId,
      senderId: me.id,
      senderName: me.name,
      channel,
      breakout: channel === "breakout" ? me.breakout : null,
      thread: channel === "trainers" ? (to ?? (isStaff(me.role) ? null : me.id)) : null,
      text: text.trim(),
      atMs: this.ports.clock.now(),
      own: true,
      broadcast: false,
      state: "sending",
      to,
      after: newest(snapshot),
      acceptedAs: null,
    };
    this.pending.value = [...this.outstanding(snapshot), entry];
    await this.send(entry);
  }

  /** Sends a failed message again. */
  async retry(id: number): Promise<void> {
    const entry = this.pending.peek().find((one) => one.id === id && one.state === "failed");
    if (!entry) return;
    this.change(id, { state: "sending" });
    await this.send(entry);
  }

  private async send({ id, channel, text, to }: Pending): Promise<void> {
    try {
      const { seq } = await this.ports.post({ channel, text, ...(to === undefined ? {} : { to }) });
      this.change(id, { state: "sent", acceptedAs: seq });
    } catch (error) {
      this.change(id, { state: "failed" });
      throw error;
    }
  }

  private change(id: number, change: Partial<Pending>): void {
    this.pending.value = this.pending.peek().map((one) => (one.id === id ? { ...one, ...change } : one));
  }

  /** Those that the room does not have yet. The reply and the event may come in either order, or only one of them. */
  private outstanding(snapshot: Snapshot): readonly Pending[] {
    const claimed = new Set<number>();
    return this.pending.value.filter((one) => {
      if (one.acceptedAs !== null) return one.acceptedAs > snapshot.seq;
      const same = snapshot.chat.find(
        (message) =>
          message.id > one.after &&
          message.sender_id === one.senderId &&
          message.channel === one.channel &&
          message.text.trim() === one.text &&
          !claimed.has(message.id),
      );
      if (same) claimed.add(same.id);
      return !same;
    });
  }
}

function entryOf(message: ChatMessage, you: string): ChatEntry {
  return {
    id: message.id,
    senderId: message.sender_id,
    senderName: message.sender_name,
    channel: message.channel,
    breakout: message.breakout,
    thread: message.to,
    text: message.text,
    atMs: message.at_ms,
    own: message.sender_id === you,
    broadcast: message.broadcast,
    state: "sent",
  };
}

function newest(snapshot: Snapshot): number {
  return snapshot.chat.reduce((most, { id }) => Math.max(most, id), 0);
}

function readKey(snapshot: Snapshot): string {
  return `read.${snapshot.room_id}.${snapshot.you}`;
}
