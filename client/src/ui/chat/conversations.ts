/** The chat's conversations: the room, one's group, and private ones with the trainers. Pure. */
import type { Channel, ChatEntry } from "../../core/api";

export interface Conversation {
  readonly channel: Channel;
  /** Channel "breakout": the group; channel "trainers": the participant whose thread it is. */
  readonly of: string | null;
}

export function conversationKey({ channel, of }: Conversation): string {
  return of === null ? channel : `${channel}/${of}`;
}

export function conversationOf(entry: ChatEntry): Conversation {
  if (entry.channel === "breakout") return { channel: "breakout", of: entry.breakout };
  if (entry.channel === "trainers") return { channel: "trainers", of: entry.thread };
  return { channel: "room", of: null };
}

export function entriesOf(entries: readonly ChatEntry[], conversation: Conversation): readonly ChatEntry[] {
  const key = conversationKey(conversation);
  return entries.filter((entry) => conversationKey(conversationOf(entry)) === key);
}

/** How many of others' messages came after what was read, by conversation. */
export function unreadCounts(
  entries: readonly ChatEntry[],
  readUntilMs: Readonly<Record<string, number>>,
  sinceMs: number,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const key = conversationKey(conversationOf(entry));
    if (entry.own || entry.atMs <= Math.max(readUntilMs[key] ?? 0, sinceMs)) continue;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

export interface Thread {
  readonly participantId: string;
  readonly name: string;
  readonly lastAtMs: number;
}

/** For staff: whose private threads there are, newest first. */
export function threadsOf(entries: readonly ChatEntry[], nameOf: (id: string) => string): readonly Thread[] {
  const last = new Map<string, ChatEntry>();
  const names = new Map<string, string>();
  for (const entry of entries) {
    if (entry.channel !== "trainers" || entry.thread === null) continue;
    last.set(entry.thread, entry);
    if (entry.senderId === entry.thread) names.set(entry.thread, entry.senderName);
  }
  return Array.from(last, ([participantId, entry]) => ({
    participantId,
    name: names.get(participantId) ?? nameOf(participantId),
    lastAtMs: entry.atMs,
  })).sort((a, b) => b.lastAtMs - a.lastAtMs);
}
