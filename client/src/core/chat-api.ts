/** What the interface sees and may ask of the chat. */
import type { ReadonlySignal } from "@preact/signals";
import type { Channel, ChatImage } from "../generated/protocol";

export interface ChatEntry {
  readonly id: number;
  readonly senderId: string;
  readonly senderName: string;
  readonly channel: Channel;
  readonly breakout: string | null;
  /** Channel "trainers": whose private thread. */
  readonly thread: string | null;
  /** Which conversation it belongs to: the same key for the same readers. */
  readonly conversation: string;
  readonly text: string;
  readonly atMs: number;
  readonly own: boolean;
  readonly broadcast: boolean;
  /** The message it answers, which may have left the history. */
  readonly replyTo: number | null;
  /** Ids of the people whom the text calls by name. */
  readonly mentions: readonly string[];
  readonly images: readonly ChatImage[];
  readonly editedAtMs: number | null;
  /** Who deleted it: only its place is left. */
  readonly deletedBy: string | null;
  /** "sending" until the server acknowledged it; "failed" keeps the text for another try. */
  readonly state: "sent" | "sending" | "failed";
}

/** What is to be said. */
export interface Draft {
  readonly channel: Channel;
  readonly text: string;
  /** Staff, channel "trainers": whose thread. */
  readonly to?: string;
  readonly replyTo?: number;
  readonly mentions?: readonly string[];
  /** Uploaded ones, with what the sender says they show. */
  readonly images?: readonly ChatImage[];
}

export interface Messages {
  /** Others' messages that came after what was read, by conversation. */
  readonly unreadIn: ReadonlySignal<ReadonlyMap<string, number>>;
  /** The newest message of a conversation that was read, or was there before the person came. */
  lastRead(conversation: string): number;
  markRead(conversation: string): void;
  /** Shows the message at once. Resolves when the server has it; rejects, and keeps the text, when it was refused. */
  post(draft: Draft): Promise<void>;
  /** Sends a failed message again. */
  retry(id: number): Promise<void>;
  /** Gives a failed message up. */
  discard(id: number): void;
  edit(id: number, text: string, mentions: readonly string[]): Promise<void>;
  remove(id: number): Promise<void>;
}
