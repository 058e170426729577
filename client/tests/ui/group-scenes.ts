/** States of the gallery: planning groups, groups at work as a trainer and as a participant see them. */
import type { Group, Snapshot } from "../../src/core/api";
import type { Breakouts } from "../../src/generated/protocol";
import { type FakeClassroom, NOW_MS, notice, person } from "./fake-classroom";

function withPairs(room: Snapshot, changes: Partial<Breakouts> = {}): Snapshot {
  const learners = room.participants.filter(({ role }) => role === "participant");
  const groups: Group[] = [];
  for (let index = 0; index < learners.length; index += 2) {
    const members = learners.slice(index, index + 2).map(({ id }) => id);
    groups.push({
      id: `1-${groups.length + 1}`,
      name: String(groups.length + 1),
      members,
      help:
        index === 2
          ? { participant_id: members[0] ?? "", called_at_ms: NOW_MS - 200_000, stuck: false, coming: null }
          : null,
    });
  }
  const placeOf = (id: string) => groups.find(({ members }) => members.includes(id))?.id ?? null;
  return {
    ...room,
    participants: room.participants.map((one, index) => ({
      ...one,
      breakout: placeOf(one.id),
      connected: index !== 4,
    })),
    breakouts: {
      round: 2,
      mode: "pairs",
      groups,
      instruction: "Show your partner one page you like. Say what works, then swap.",
      opened_at_ms: NOW_MS - 120_000,
      ends_at_ms: NOW_MS + 192_000,
      odd: "trio",
      ...changes,
    },
  };
}

const SETS: Pick<Snapshot, "group_sets" | "last_round"> = {
  last_round: {
    round: 2,
    mode: "pairs",
    groups: [
      { id: "2-1", name: "1", members: ["p1", "p2"], help: null },
      { id: "2-2", name: "2", members: ["p3", "p4", "gone"], help: null },
    ],
    instruction: "",
    opened_at_ms: NOW_MS - 900_000,
    ends_at_ms: null,
    odd: "trio",
  },
  group_sets: [
    { name: "Monday", mode: "manual", groups: [{ name: "1", members: ["p1", "p3"] }], saved_at_ms: NOW_MS },
    {
      name: "Beginners with somebody who has built a page before",
      mode: "manual",
      groups: [{ name: "1", members: ["p2", "p4"] }],
      saved_at_ms: NOW_MS,
    },
  ],
};

type Join = (room: Snapshot) => FakeClassroom;
type Room = (count: number) => Snapshot;

/** `learner` and `trainer` make the room as those see it. */
export function groupScenes(join: Join, learner: Room, trainer: Room) {
  const plan = (count: number, changes: Partial<Snapshot> = {}): FakeClassroom => {
    const classroom = join({ ...trainer(count), ...changes });
    classroom.preview =
      withPairs(trainer(count)).breakouts?.groups.map(({ name, members }) => ({ name, members })) ?? [];
    return classroom;
  };
  const recalled = (key: string, leftMs: number) => (count: number) => {
    const classroom = join(withPairs(learner(count), { ends_at_ms: NOW_MS + leftMs }));
    classroom.notices.value = [notice(1, key)];
    return classroom;
  };
  return {
    "room-group": (count: number) => join(withPairs(learner(count))),
    "room-group-help": (count: number) => {
      const room = withPairs(learner(count), { ends_at_ms: NOW_MS + 42_000 });
      const groups = room.breakouts?.groups.map((group, index) =>
        index === 0
          ? {
              ...group,
              help: { participant_id: "p1", called_at_ms: NOW_MS - 150_000, stuck: false, coming: null },
            }
          : group,
      );
      return join({ ...room, breakouts: room.breakouts && { ...room.breakouts, groups: groups ?? [] } });
    },
    /** The partner's connection was lost half a minute ago. */
    "room-offer": (count: number) => {
      const room = withPairs(learner(count));
      return join({
        ...room,
        participants: room.participants.map((one) => (one.id === "p2" ? { ...one, connected: false } : one)),
        offers: [{ participant_id: "p1", group: "1-2", at_ms: NOW_MS }],
      });
    },
    "room-recall-60": recalled("notice.recall_60", 60_000),
    "room-recall-10": recalled("notice.recall_10", 10_000),
    "trainer-plan": (count: number) => plan(count),
    "trainer-plan-sets": (count: number) =>
      plan(count, {
        ...SETS,
        constraints: { apart: [["p1", "p3"]], together: [["p2", "p4"], ["p1", "gone"]] },
      }), // biome-ignore format: pairs of names
    "trainer-plan-absent": (count: number) => {
      const room = trainer(count);
      return plan(count, {
        participants: room.participants.map((one) =>
          one.id === "p3" ? { ...one, connected: false, presence: "away" as const } : one,
        ),
      });
    },
    "trainer-plan-nobody": () => join(trainer(1)),
    "trainer-running": (count: number) => {
      const classroom = join(withPairs(trainer(count)));
      classroom.speaking.value = ["p1", "p5"];
      return classroom;
    },
    /** Nobody calls; one is left alone, one came late. */
    "trainer-running-alone": (count: number) => {
      const room = withPairs(trainer(count), { ends_at_ms: null, round: 3 });
      const late = [person(20, { name: "Aya" }), person(21, { name: "Jean-Baptiste-Emmanuel de La Tour" })];
      return join({
        ...room,
        participants: [...room.participants, ...late],
        breakouts: room.breakouts && {
          ...room.breakouts,
          groups: room.breakouts.groups.map((group) => ({ ...group, help: null })),
        },
        offers: [{ participant_id: "p3", group: "1-1", at_ms: NOW_MS }],
      });
    },
    "trainer-visiting": (count: number) => {
      const room = withPairs(trainer(count));
      return join({
        ...room,
        participants: room.participants.map((one) =>
          one.id === "p0" ? { ...one, breakout: "1-2", visiting: true } : one,
        ),
      });
    },
  };
}
