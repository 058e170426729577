/** States of the gallery: check-ins, the agenda, turns to speak and calls for help. */
import type { Checkin, Snapshot } from "../../src/generated/protocol";
import type { FakeClassroom } from "./fake-classroom";
import { NOW_MS, person } from "./fake-classroom";

const MINUTE_MS = 60_000;

function checkin(changes: Partial<Checkin> = {}): Checkin {
  return {
    id: 40,
    kind: "progress",
    question: "",
    choices: ["done", "stuck"],
    opened_at_ms: NOW_MS - MINUTE_MS,
    open: true,
    answers: [],
    counts: null,
    ...changes,
  };
}

const answer = (index: number, choice: number) => ({
  participant_id: `p${index}`,
  name: person(index).name,
  choice,
});

const FREE = checkin({
  kind: "question",
  question: "Which part shall we look at together once more before the break?",
  choices: ["HTML: links and images", "CSS: colours", "CSS: boxes and margins", "Nothing, go on"],
});

const AGENDA: Pick<Snapshot, "agenda" | "timer"> = {
  agenda: [
    { id: 1, title: "Welcome, and how the day goes", minutes: 20, is_break: false, started_at_ms: NOW_MS - 40 * MINUTE_MS },
    { id: 2, title: "Your first page in HTML", minutes: 45, is_break: false, started_at_ms: NOW_MS - 20 * MINUTE_MS },
    { id: 3, title: "", minutes: 15, is_break: true, started_at_ms: null },
    { id: 4, title: "Colours and type in CSS", minutes: 60, is_break: false, started_at_ms: null },
  ],
  timer: { item: 2, title: "Your first page in HTML", is_break: false, started_at_ms: NOW_MS - 20 * MINUTE_MS, ends_at_ms: NOW_MS + 25 * MINUTE_MS },
}; // biome-ignore format: one line each

const BREAK: Pick<Snapshot, "timer"> = {
  timer: {
    item: null,
    title: "",
    is_break: true,
    started_at_ms: NOW_MS - MINUTE_MS,
    ends_at_ms: NOW_MS + 9 * MINUTE_MS,
  },
};

const call = (index: number, waitedMin: number, changes = {}) => ({
  participant_id: `p${index}`,
  called_at_ms: NOW_MS - waitedMin * MINUTE_MS,
  stuck: false,
  coming: null,
  ...changes,
});

type Join = (room: Snapshot) => FakeClassroom;
type Room = (count: number) => Snapshot;

/** `learner` and `trainer` make the room as those see it. */
export function teachingScenes(join: Join, learner: Room, trainer: Room) {
  const answers = [answer(2, 0), answer(3, 1), answer(4, 0)];
  return {
    checkin: (count: number) => join({ ...learner(count), ...AGENDA, checkin: checkin() }),
    "checkin-free": (count: number) => join({ ...learner(count), checkin: FREE }),
    "checkin-answered": (count: number) =>
      join({
        ...learner(count),
        checkin: checkin({ answers: [answer(1, 1)] }),
        help: [call(1, 2, { coming: "p0" })],
      }),
    "checkin-results": (count: number) =>
      join({ ...learner(count), checkin: checkin({ open: false, answers: [answer(1, 1)], counts: [9, 2] }) }),
    "trainer-checkin": (count: number) =>
      join({ ...trainer(count), ...AGENDA, checkin: checkin({ answers, counts: [2, 1] }) }),
    "trainer-agenda": (count: number) => join({ ...trainer(count), ...AGENDA }),
    break: (count: number) => join({ ...learner(count), ...BREAK }),
    "trainer-ops-message": (count: number) => {
      const classroom = join(trainer(count));
      classroom.opsMessage.value = {
        type: "ops.message",
        id: "m1",
        text: "We see that three people do not hear you. We are on it; please go on, or take the break now.",
        at_ms: NOW_MS,
      };
      return classroom;
    },
    "trainer-break": (count: number) => join({ ...trainer(count), ...AGENDA, ...BREAK }),
    floor: (count: number) =>
      join({ ...learner(count), floor: { participant_id: "p1", by: "p0", given_at_ms: NOW_MS } }),
    "floor-spoken": (count: number) =>
      join({
        ...learner(count),
        hands: [{ participant_id: "p1", raised_at_ms: NOW_MS - 3 * MINUTE_MS, spoken_at_ms: NOW_MS }],
      }),
    "trainer-turns": (count: number) => {
      const room = trainer(count);
      const classroom = join({
        ...room,
        hands: [
          { participant_id: "p2", raised_at_ms: NOW_MS - 4 * MINUTE_MS, spoken_at_ms: NOW_MS },
          { participant_id: "p3", raised_at_ms: NOW_MS - MINUTE_MS, spoken_at_ms: null },
        ],
        floor: { participant_id: "p2", by: "p0", given_at_ms: NOW_MS },
        help: [call(4, 6, { stuck: true }), call(1, 2, { coming: "p0" })],
      });
      classroom.lastHeard.value = {
        listeningSinceMs: NOW_MS - 50 * MINUTE_MS,
        heardAtMs: new Map([["p2", NOW_MS]]),
      };
      return classroom;
    },
  };
}
