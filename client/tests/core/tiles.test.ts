import { expect, it } from "vitest";
import { KEEP_TILE_MS, nextExpiryMs, type Pictures, tilesOf } from "../../src/core/tiles";
import type { Participant, Published } from "../../src/generated/protocol";
import { FLAGS_OFF, participant, snapshot } from "./fakes";

const CAMERA = { ...FLAGS_OFF, camera: true };
const NOW = 1_800_000_000_000;
const stream = () => ({}) as MediaStream;

function room(people: Participant[], spotlight: string | null = null) {
  return snapshot({ participants: people, spotlight });
}

function pictures(...slots: (Published | null)[]): Pictures {
  return {
    slots: { video: slots },
    streams: { video: slots.map(stream) },
    ownCamera: null,
    ownScreen: null,
  };
}

const keys = (tiles: readonly { key: string }[]) => tiles.map(({ key }) => key);

it("screens, the spotlight, trainers, the others as they joined, oneself", () => {
  const people = [
    participant("ada"),
    participant("ben", { media: { ...CAMERA, screen: true } }),
    participant("chen"),
    participant("tom", { role: "trainer" }),
    participant("dana"),
  ];
  expect(keys(tilesOf(room(people, "dana"), pictures(), new Set(), NOW))).toEqual([
    "ben/screen",
    "dana/camera",
    "tom/camera",
    "ben/camera",
    "chen/camera",
    "ada/camera",
  ]);
});

it("only people in the same place, and observers only with a picture", () => {
  const people = [
    participant("ada", { breakout: "g1" }),
    participant("ben", { breakout: "g1" }),
    participant("chen", { breakout: "g2" }),
    participant("olga", { breakout: "g1", role: "observer" }),
    participant("oscar", { breakout: "g1", role: "observer", media: CAMERA }),
  ];
  expect(keys(tilesOf(room(people), pictures(), new Set(), NOW))).toEqual([
    "ben/camera",
    "oscar/camera",
    "ada/camera",
  ]);
});

it("shows the slot's stream while the camera is on, one's own camera without a slot", () => {
  const people = [
    participant("ada", { media: CAMERA }),
    participant("ben", { media: CAMERA }),
    participant("chen"),
  ];
  const own = stream();
  const all = {
    ...pictures(
      null,
      { participant_id: "chen", kind: "camera", layer: "h", paused: null },
      { participant_id: "ben", kind: "camera", layer: "l", paused: null },
    ),
    ownCamera: own,
  };
  const tiles = tilesOf(room(people), all, new Set(["ben"]), NOW);
  const of = (id: string) => tiles.find(({ participant: { id: one } }) => one === id);
  expect(of("ben")).toMatchObject({ speaking: true, self: false });
  expect(of("ben")?.stream).toBe(all.streams.video[2]);
  expect(of("chen")?.stream).toBeNull();
  expect(of("ada")?.stream).toBe(own);
});

it("keeps the tile of somebody who dropped for a while", () => {
  const dropped = participant("ben", { connected: false, presence: "away", presence_at_ms: NOW });
  const people = [participant("ada"), dropped];
  expect(nextExpiryMs(room(people), NOW)).toBe(NOW + KEEP_TILE_MS);
  const at = (ms: number) => keys(tilesOf(room(people), pictures(), new Set(), ms));
  expect(at(NOW + KEEP_TILE_MS - 1)).toEqual(["ben/camera", "ada/camera"]);
  expect(at(NOW + KEEP_TILE_MS)).toEqual(["ada/camera"]);
  expect(nextExpiryMs(room(people), NOW + KEEP_TILE_MS)).toBeNull();
});

it("is empty for somebody who has no seat", () => {
  expect(tilesOf(room([participant("ben")]), pictures(), new Set(), NOW)).toEqual([]);
});
