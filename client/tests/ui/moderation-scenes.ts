/** States of the gallery: the door of the room, its rules, and who runs it. */
import type { Rules, Snapshot, Waiting } from "../../src/generated/protocol";
import { type FakeClassroom, NOW_MS, notice } from "./fake-classroom";

const CLOSED: Rules = { unmute: false, screen: false, chat: false, lobby: true, locked: true };

const waiting = (id: string, name: string, waitedMs: number, goneMs: number | null = null): Waiting => ({
  participant_id: id,
  name,
  role: "participant",
  since_at_ms: NOW_MS - waitedMs,
  gone_at_ms: goneMs === null ? null : NOW_MS - goneMs,
});

const QUEUE: readonly Waiting[] = [
  waiting("w1", "Amélie Jean-Louis de Montmorency-Beaumont", 190_000),
  waiting("w2", "Noé", 45_000, 5_000),
  waiting("w3", "يوسف", 8_000),
];

const KEPT_OUT: Snapshot["kept_out"] = [
  { participant_id: "k1", name: "Somebody", at_ms: NOW_MS - 600_000 },
  { participant_id: "k2", name: "Maximilian Alexander von Hohenlohe-Langenburg", at_ms: NOW_MS - 60_000 },
];

type Join = (room: Snapshot) => FakeClassroom;
type Room = (count: number) => Snapshot;

/** `learner` and `trainer` make the room as those see it; `before` is the page of whoever has not joined. */
export function moderationScenes(join: Join, learner: Room, trainer: Room, before: () => FakeClassroom) {
  const wait = (): FakeClassroom => {
    const classroom = before();
    classroom.connection.value = { kind: "waiting", sinceMs: NOW_MS - 130_000, reached: true };
    return classroom;
  };
  return {
    waiting: () => {
      const classroom = wait();
      classroom.local.microphoneOn.value = true;
      classroom.local.microphoneLevel.value = 0.4;
      return classroom;
    },
    "waiting-denied": () => {
      const classroom = wait();
      classroom.local.microphoneProblem.value = "denied";
      classroom.local.cameraProblem.value = "denied";
      return classroom;
    },
    "waiting-lost": () => {
      const classroom = wait();
      classroom.connection.value = { kind: "waiting", sinceMs: NOW_MS - 130_000, reached: false };
      return classroom;
    },
    "trainer-lobby": (count: number) => join({ ...trainer(count), lobby: QUEUE }),
    "trainer-lobby-one": (count: number) => {
      const classroom = join({ ...trainer(count), lobby: QUEUE.slice(0, 1) });
      classroom.notices.value = [notice(1, "notice.lobby_waiting", { name: QUEUE[0]?.name ?? "" })];
      return classroom;
    },
    "trainer-rules": (count: number) =>
      join({ ...trainer(count), rules: CLOSED, layout: "speaker", kept_out: KEPT_OUT }),
    "trainer-co-trainer": (count: number) => {
      const room = trainer(count);
      return join({
        ...room,
        participants: room.participants.map((one) =>
          one.id === "p2" ? { ...one, role: "co_trainer" } : one,
        ),
      });
    },
    "room-rules": (count: number) => {
      const classroom = join({ ...learner(count), rules: CLOSED, layout: "speaker" });
      classroom.notices.value = [
        notice(1, "notice.microphones_closed"),
        notice(2, "notice.chat_closed"),
        notice(3, "notice.role_taken", { name: "Inès Moreau" }, "warning"),
      ];
      return classroom;
    },
    "room-layout-gallery": (count: number) => join({ ...learner(count), layout: "gallery" }),
  };
}
