import type { ChatEntry } from "../../core/api";
import { CHAT_CHANGE_MS } from "../../generated/protocol";

/** Whether a message of one's own can still be changed. The server judges by its own clock; this says what is offered. */
export function changeable(entry: ChatEntry, clockOffsetMs: number): boolean {
  return entry.own && entry.deletedBy === null && Date.now() + clockOffsetMs - entry.atMs < CHAT_CHANGE_MS;
}
