import type { Snapshot } from "../../core/api";

/** Whose words, in which room: see kept.ts. */
export function ownerOf({ room_id, you }: Pick<Snapshot, "room_id" | "you">): string {
  return `${room_id}/${you}`;
}
