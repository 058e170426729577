/** Which pictures belong on this person's wall, and in what order. Pure. */
import type { Participant, Slots, Snapshot } from "../generated/protocol";
import type { Tile } from "./api";
import type { SlotStreams } from "./media/peer";
import { isStaff } from "./roles";

/** Who lost the connection keeps the tile this long, so that a short cut does not shuffle the wall. */
export const KEEP_TILE_MS = 20_000;

export interface Pictures {
  readonly slots: Pick<Slots, "video">;
  readonly streams: Pick<SlotStreams, "video">;
  /** By publication: what is shown in place of its slot, while a room moves. */
  readonly kept?: ReadonlyMap<string, MediaStream>;
  readonly ownCamera: MediaStream | null;
  readonly ownScreen: MediaStream | null;
}

export function tilesOf(
  room: Snapshot,
  pictures: Pictures,
  speaking: ReadonlySet<string>,
  serverNowMs: number,
): readonly Tile[] {
  const me = room.participants.find(({ id }) => id === room.you);
  if (!me) return [];
  const here = room.participants.filter(
    (one) => one.breakout === me.breakout && isShown(one, serverNowMs) && one.presence !== "gone",
  );
  const tile = (participant: Participant, kind: Tile["kind"]): Tile => ({
    key: `${participant.id}/${kind}`,
    participant,
    kind,
    self: participant.id === room.you,
    stream: streamOf(participant, kind, room.you, pictures),
    speaking: kind === "camera" && speaking.has(participant.id),
    spotlight: kind === "camera" && room.spotlight === participant.id,
  });
  return [
    ...here.filter(({ media }) => media.screen).map((one) => tile(one, "screen")),
    ...here
      .filter((one) => one.role !== "observer" || one.media.camera)
      .map((one) => tile(one, "camera"))
      .sort((a, b) => rank(a) - rank(b)),
  ];
}

/** When the list changes next by the time alone (server's ms), because somebody's tile is kept no longer. */
export function nextExpiryMs(room: Snapshot, serverNowMs: number): number | null {
  const times = room.participants
    .filter((one) => !one.connected && isShown(one, serverNowMs))
    .map((one) => one.presence_at_ms + KEEP_TILE_MS);
  return times.length > 0 ? Math.min(...times) : null;
}

function isShown(participant: Participant, serverNowMs: number): boolean {
  return participant.connected || serverNowMs < participant.presence_at_ms + KEEP_TILE_MS;
}

/** Spotlight, trainers, the others in the order of joining, oneself. (The sort is stable.) */
function rank({ spotlight, self, participant: { role } }: Tile): number {
  if (spotlight) return 0;
  if (self) return 3;
  return isStaff(role) ? 1 : 2;
}

function streamOf(
  participant: Participant,
  kind: Tile["kind"],
  you: string,
  pictures: Pictures,
): MediaStream | null {
  if (participant.id === you) return kind === "camera" ? pictures.ownCamera : pictures.ownScreen;
  // A slot keeps showing its last frame: the flag says sooner than the slot that the camera is off.
  if (!participant.media[kind]) return null;
  const kept = pictures.kept?.get(`${participant.id}/${kind}`);
  if (kept) return kept;
  const index = pictures.slots.video.findIndex(
    (slot) => slot?.participant_id === participant.id && slot.kind === kind,
  );
  return pictures.streams.video[index] ?? null;
}
