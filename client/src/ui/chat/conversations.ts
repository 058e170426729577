/** The chat's conversations: the room, one's group, and private ones with the trainers. Pure. */
import type { Channel, ChatEntry, Participant } from "../../core/api";
import { isStaff } from "../people";

export interface Conversation {
  readonly channel: Channel;
  /** Channel "breakout": the group; channel "trainers": the participant whose thread it is. */
  readonly of: string | null;
}

/** As `ChatEntry.conversation` has it. */
export function conversationKey({ channel, of }: Conversation): string {
  return of === null ? channel : `${channel}/${of}`;
}

export function entriesOf(entries: readonly ChatEntry[], conversation: Conversation): readonly ChatEntry[] {
  const key = conversationKey(conversation);
  return entries.filter((entry) => entry.conversation === key);
}

/** Who reads what is said there. */
export function readersOf(
  people: readonly Participant[],
  { channel, of }: Conversation,
): readonly Participant[] {
  if (channel === "breakout") return people.filter(({ breakout }) => breakout === of);
  if (channel === "trainers") return people.filter((person) => isStaff(person) || person.id === of);
  return people;
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
