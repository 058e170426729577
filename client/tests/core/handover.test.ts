import { beforeEach, expect, it } from "vitest";
import { Handover } from "../../src/core/handover";
import type { Published, Slots } from "../../src/generated/protocol";
import { ManualClock } from "./fakes";

type Silenced = { former: readonly boolean[]; now: readonly boolean[] };

const voice = (participant_id: string): Published => ({
  participant_id,
  kind: "microphone",
  layer: null,
  paused: null,
});
const face = (participant_id: string): Published => ({ ...voice(participant_id), kind: "camera" });
const slots = (audio: (Published | null)[], video: (Published | null)[] = []): Slots => ({
  type: "media.slots",
  audio,
  video,
});
const stream = (name: string) => ({ name }) as unknown as MediaStream;

let clock: ManualClock;
let played: Map<string, number>;
let silenced: Silenced;
let handover: Handover;

/** The next frame of a slot of the new connection is played. */
const plays = (slot: string) => played.set(slot, (played.get(slot) ?? 0) + 960);

beforeEach(() => {
  clock = new ManualClock();
  played = new Map();
  handover = new Handover({
    clock,
    played: (media, index) => played.get(`${media[0]}${index}`) ?? null,
    silence: (now) => {
      silenced = now;
    },
  });
});

it("plays everybody over the old connection until their sound comes over the new one", async () => {
  handover.begin(slots([voice("ben"), voice("eva"), null]), { audio: [], video: [] });
  expect(silenced).toEqual({ former: [false, false, false], now: [] });
  handover.newSlots(slots([voice("eva"), null, voice("ben")]));
  await clock.advance(100);
  expect(silenced).toEqual({ former: [false, false, false], now: [true, false, true] });
  plays("a0");
  await clock.advance(50);
  expect(silenced).toEqual({ former: [false, true, false], now: [false, false, true] });
  plays("a2");
  await clock.advance(50);
  expect(silenced).toEqual({ former: [true, true, false], now: [false, false, false] });
  handover.end();
  expect(silenced).toEqual({ former: [], now: [] });
  plays("a2");
  await clock.advance(200);
  expect(silenced).toEqual({ former: [], now: [] });
});

it("plays whoever has no slot of the old connection over the new one, at once", () => {
  handover.begin(slots([voice("ben"), null]), { audio: [], video: [] });
  handover.newSlots(slots([voice("new"), voice("ben")]));
  expect(silenced.now).toEqual([false, true]);
});

it("goes back to the old connection for somebody who loses the slot of the new one", async () => {
  handover.begin(slots([voice("ben")]), { audio: [], video: [] });
  handover.newSlots(slots([voice("ben")]));
  plays("a0");
  await clock.advance(50);
  expect(silenced).toEqual({ former: [true], now: [false] });
  handover.newSlots(slots([voice("eva")]));
  expect(silenced).toEqual({ former: [false], now: [false] });
  handover.newSlots(slots([voice("ben")]));
  expect(silenced).toEqual({ former: [false], now: [true] });
});

it("follows who is in the slots of the old connection", async () => {
  handover.begin(slots([voice("ben")]), { audio: [], video: [] });
  handover.newSlots(slots([voice("eva")]));
  plays("a0");
  await clock.advance(50);
  expect(silenced).toEqual({ former: [false], now: [false] });
  handover.formerSlots(slots([voice("eva")]));
  expect(silenced).toEqual({ former: [true], now: [false] });
});

it("shows a picture of the old connection until the new one has it", async () => {
  const old = stream("old");
  handover.begin(slots([], [face("ben")]), { audio: [], video: [old] });
  expect([...handover.pictures.value]).toEqual([["ben/camera", old]]);
  handover.newSlots(slots([], [null, face("ben")]));
  await clock.advance(100);
  expect(handover.pictures.value.size).toBe(1);
  plays("v1");
  await clock.advance(50);
  expect(handover.pictures.value.size).toBe(0);
});
