/** The chat as one person sees it: what the room has, and what they wrote that is still on its way. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { ChatMessage, Done, Snapshot } from "../generated/protocol";
import { CommandError } from "./api";
import type { ChatEntry, Draft, Messages } from "./chat-api";
import { Reading } from "./chat-reading";
import type { Clock } from "./clock";
import type { Ask } from "./commands";
import type { Payload } from "./connection";
import { Unanswered } from "./requests";
import { isStaff } from "./roles";
import type { Store } from "./store";

export interface ChatPorts {
  /** `again`: see `RequestOptions`. */
  readonly post: (message: Payload<"chat.post">, again: number | undefined) => Promise<Done>;
  readonly edit: (change: Payload<"chat.edit">) => Promise<Done>;
  readonly remove: (message: Payload<"chat.delete">) => Promise<Done>;
  readonly clock: Clock;
  readonly store: Store;
}

export function chatPorts(ask: Ask, clock: Clock, store: Store): ChatPorts {
  return {
    clock,
    store,
    post: (message, again) => ask("chat.post", message, { again }),
    edit: (change) => ask("chat.edit", change),
    remove: (message) => ask("chat.delete", message),
  };
}

/** A message of one's own; `id` is negative, so that it never meets a message of the room. */
interface Pending extends ChatEntry {
  readonly to: string | undefined;
  /** The newest message when it was written: it can only be a later one. */
  readonly after: number;
  /** Its `seq`, when the server has taken it. */
  readonly acceptedAs: number | null;
  /** Under which `ref` it may have been taken, though there was no reply. */
  readonly unanswered: number | undefined;
}

export class Chat implements Messages {
  readonly entries: ReadonlySignal<readonly ChatEntry[]>;
  readonly unread: ReadonlySignal<number>;
  readonly unreadIn: Messages["unreadIn"];
  private readonly pending: Signal<readonly Pending[]> = signal([]);
  private readonly reading: Reading;
  private lastId = 0;

  constructor(
    private readonly room: ReadonlySignal<Snapshot | null>,
    private readonly ports: ChatPorts,
  ) {
    const sent = computed(() => {
      const snapshot = this.room.value;
      return snapshot ? entriesOf(snapshot.chat, snapshot.you) : [];
    });
    this.entries = computed(() => {
      const snapshot = this.room.value;
      const outstanding = snapshot ? this.outstanding(snapshot) : [];
      return outstanding.length > 0 ? [...sent.value, ...outstanding] : sent.value;
    });
    this.reading = new Reading(sent, ports.store);
    this.unreadIn = this.reading.unreadIn;
    this.unread = computed(() => {
      let sum = 0;
      for (const count of this.unreadIn.value.values()) sum += count;
      return sum;
    });
  }

  opened(snapshot: Snapshot): void {
    this.reading.opened(snapshot);
  }

  lastRead(conversation: string): number {
    return this.reading.lastRead(conversation);
  }

  markRead(conversation: string): void {
    const snapshot = this.room.peek();
    if (snapshot) this.reading.markRead(snapshot, conversation);
  }

  async post(draft: Draft): Promise<void> {
    const snapshot = this.room.peek();
    const me = snapshot?.participants.find(({ id }) => id === snapshot.you);
    if (!snapshot || !me) throw new CommandError("not_connected");
    const { channel, to } = draft;
    const breakout = channel === "breakout" ? me.breakout : null;
    const thread = channel === "trainers" ? (to ?? (isStaff(me.role) ? null : me.id)) : null;
    const entry: Pending = {
      id: --this.lastId,
      senderId: me.id,
      senderName: me.name,
      channel,
      breakout,
      thread,
      conversation: conversationKey(channel, breakout ?? thread),
      text: draft.text.trim(),
      atMs: this.ports.clock.now(),
      own: true,
      broadcast: false,
      replyTo: draft.replyTo ?? null,
      mentions: draft.mentions ?? [],
      images: draft.images ?? [],
      editedAtMs: null,
      deletedBy: null,
      state: "sending",
      to,
      after: newest(snapshot),
      acceptedAs: null,
      unanswered: undefined,
    };
    this.pending.value = [...this.outstanding(snapshot), entry];
    await this.send(entry);
  }

  async retry(id: number): Promise<void> {
    const entry = this.pending.peek().find((one) => one.id === id && one.state === "failed");
    if (!entry) return;
    // What it answered may be gone: the words are worth more than the quote. What may have been taken is not changed.
    const answered =
      entry.unanswered !== undefined ||
      this.room.peek()?.chat.some((message) => message.id === entry.replyTo);
    const again = answered ? entry : { ...entry, replyTo: null };
    this.change(id, { state: "sending", replyTo: again.replyTo });
    await this.send(again);
  }

  discard(id: number): void {
    this.pending.value = this.pending.peek().filter((one) => one.id !== id || one.state !== "failed");
  }

  async edit(id: number, text: string, mentions: readonly string[]): Promise<void> {
    await this.ports.edit({ message_id: id, text: text.trim(), mentions });
  }

  async remove(id: number): Promise<void> {
    await this.ports.remove({ message_id: id });
  }

  private async send(entry: Pending): Promise<void> {
    const { id, channel, text, to, replyTo, mentions, images } = entry;
    try {
      const message = {
        channel,
        text,
        ...(to === undefined ? {} : { to }),
        ...(replyTo === null ? {} : { reply_to: replyTo }),
        ...(mentions.length === 0 ? {} : { mentions }),
        ...(images.length === 0 ? {} : { images: images.map((image) => ({ id: image.id, alt: image.alt })) }),
      };
      const { seq } = await this.ports.post(message, entry.unanswered);
      this.change(id, { state: "sent", acceptedAs: seq });
    } catch (error) {
      if (entry.unanswered !== undefined && error instanceof CommandError && error.code === "ref_too_old") {
        // Later requests came, this one never did: had it been done, its message would be here by now.
        await this.send({ ...entry, unanswered: undefined });
        return;
      }
      this.change(id, { state: "failed", unanswered: error instanceof Unanswered ? error.ref : undefined });
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

/** Entries are made once for each message, so that what did not change is not drawn again. */
const made = new WeakMap<ChatMessage, ChatEntry>();

function entriesOf(chat: readonly ChatMessage[], you: string): readonly ChatEntry[] {
  return chat.map((message) => {
    const known = made.get(message);
    if (known?.own === (message.sender_id === you)) return known;
    const entry = entryOf(message, you);
    made.set(message, entry);
    return entry;
  });
}

function entryOf(message: ChatMessage, you: string): ChatEntry {
  return {
    id: message.id,
    senderId: message.sender_id,
    senderName: message.sender_name,
    channel: message.channel,
    breakout: message.breakout,
    thread: message.to,
    conversation: conversationKey(message.channel, message.breakout ?? message.to),
    text: message.text,
    atMs: message.at_ms,
    own: message.sender_id === you,
    broadcast: message.broadcast,
    replyTo: message.reply_to,
    mentions: message.mentions,
    images: message.images,
    editedAtMs: message.edited_at_ms,
    deletedBy: message.deleted_by,
    state: "sent",
  };
}

/** `of`: the group or the thread, null for the room and a word among staff. */
function conversationKey(channel: ChatMessage["channel"], of: string | null): string {
  return of === null ? channel : `${channel}/${of}`;
}

function newest(snapshot: Snapshot): number {
  return snapshot.chat.reduce((most, { id }) => Math.max(most, id), 0);
}
