import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import type { Checkin, Snapshot } from "../../src/generated/protocol";
import { AFTER_MS, notHeardSince } from "../../src/ui/turns/not-heard";
import { callsOf } from "../../src/ui/turns/queue";
import { FakeClassroom, NOW_MS, people, person, snapshot } from "./fake-classroom";
import { called, show } from "./setup";

const inRoom = (changes: Partial<Snapshot> = {}) =>
  new FakeClassroom({ joined: true, room: snapshot(changes) });
const asTrainer = (changes: Partial<Snapshot> = {}) => inRoom({ you: "p0", ...changes });
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

const PACE: Checkin = {
  id: 47,
  kind: "pace",
  question: "",
  choices: ["too_fast", "fine", "too_slow"],
  opened_at_ms: NOW_MS,
  open: true,
  answers: [],
  counts: null,
};
const answered = (id: string, choice: number) => ({ participant_id: id, name: id, choice });
const question = () => screen.queryByRole("region", { name: "How is the pace?" });

describe("a check-in", () => {
  it("is answered with one press, can be changed, and is said aloud once", async () => {
    const classroom = show(inRoom({ checkin: PACE }));
    expect(screen.getByText("Your trainer asks: How is the pace?")).toBeTruthy();
    fireEvent.click(within(question() as HTMLElement).getByRole("button", { name: "Too slow" }));
    expect(called(classroom, "checkins.answer")).toEqual([[47, 2]]);
    classroom.room.value = snapshot({ checkin: { ...PACE, answers: [answered("p1", 2)] } });
    await screen.findByRole("region", { name: "Your answer: Too slow" });
    expect(screen.queryByText("Your trainer asks: How is the pace?")).toBeNull();
    click("Change");
    const choices = within(question() as HTMLElement);
    expect(choices.getByRole("button", { name: "Too slow" }).getAttribute("aria-pressed")).toBe("true");
  });

  it("goes when it is closed, unless its results are shown; those can be put away", () => {
    const classroom = show(inRoom({ checkin: { ...PACE, open: false } }));
    expect(question()).toBeNull();
    classroom.room.value = snapshot({ checkin: { ...PACE, open: false, counts: [1, 4, 0] } });
    return waitFor(() => expect(question()?.textContent).toContain("Fine4")).then(async () => {
      fireEvent.click(within(question() as HTMLElement).getByRole("button", { name: "Close" }));
      await waitFor(() => expect(question()).toBeNull());
    });
  });

  it("is read, not answered, by those whom it does not ask", () => {
    const participants = people(5).map((one) =>
      one.id === "p1" ? { ...one, role: "interpreter" as const } : one,
    );
    show(inRoom({ participants, checkin: PACE }));
    expect(question()?.textContent).toContain("Too fast");
    expect(screen.queryByRole("button", { name: "Too fast" })).toBeNull();
  });

  it("shows staff the names behind each choice, and who has not answered", async () => {
    const absent = people(5).map((one) => (one.id === "p4" ? { ...one, connected: false } : one));
    const classroom = show(
      asTrainer({
        participants: absent,
        checkin: { ...PACE, answers: [answered("p2", 1), answered("p1", 1)] },
      }),
    );
    click("Activities");
    const part = await screen.findByRole("region", { name: "Check-in" });
    expect(part.textContent).toContain("2 of 4 have answered");
    expect(part.textContent).toContain("Fine2p2, p1");
    expect(part.textContent).toContain(`Not answered yet (1): ${person(3).name}`);
    expect(part.textContent).toContain(`Not here: ${person(4).name}`);
    fireEvent.click(within(part).getByRole("checkbox"));
    expect(called(classroom, "checkins.show")).toEqual([[true]]);
    click("End the check-in");
    expect(called(classroom, "checkins.close")).toEqual([[]]);
  });

  it("of one's own needs a question and two different choices", async () => {
    const classroom = show(asTrainer());
    click("Activities");
    fireEvent.click(await screen.findByRole("button", { name: "Your own question…" }));
    const type = (label: string, value: string) =>
      fireEvent.input(screen.getByLabelText(label), { target: { value } });
    type("Question", "Which one?");
    type("Choice 1", "HTML");
    type("Choice 2", "HTML ");
    click("Ask everybody");
    expect(called(classroom, "checkins.open")).toEqual([]);
    click("Another choice");
    type("Choice 3", "CSS");
    type("Choice 2", "");
    click("Ask everybody");
    expect(called(classroom, "checkins.open")).toEqual([["question", "Which one?", ["HTML", "CSS"]]]);
  });
});

describe("the floor", () => {
  const floor = { participant_id: "p1", by: "p0", given_at_ms: NOW_MS };

  it("is told to the person, with one way to be heard, and marked for all", async () => {
    const classroom = show(inRoom({ floor }));
    const card = await screen.findByRole("region", { name: "You have the floor" });
    fireEvent.click(within(card).getByRole("button", { name: "Turn on my microphone" }));
    await waitFor(() => expect(classroom.local.microphoneOn.value).toBe(true));
    fireEvent.click(await within(card).findByRole("button", { name: "I am done" }));
    expect(called(classroom, "turns.endFloor")).toEqual([[]]);
    expect(screen.getByRole("group", { name: person(1).name }).textContent).toContain("Has the floor");
  });

  it("asks after speaking whether the hand is still needed", async () => {
    const classroom = show(
      inRoom({ floor, hands: [{ participant_id: "p1", raised_at_ms: NOW_MS, spoken_at_ms: NOW_MS }] }),
    );
    await screen.findByRole("region", { name: /Do you still need your hand up/ });
    expect(screen.queryByRole("region", { name: "You have the floor" })).toBeNull();
    click("Keep it up");
    click("Lower my hand");
    expect(called(classroom, "turns.keepHand")).toHaveLength(1);
    expect(called(classroom, "lowerHand")).toHaveLength(1);
  });
});

describe("calls for help", () => {
  const call = (id: string, agoMs: number) => ({
    participant_id: id,
    called_at_ms: NOW_MS - agoMs,
    stuck: false,
    coming: null,
  });

  it("of groups and of people are one queue, the longest waiting first", () => {
    const group = { id: "1-1", name: "1", members: ["p1", "p2"], help: call("p1", 5_000) };
    const room = snapshot({
      participants: people(5).map((one, index) =>
        index === 1 || index === 2 ? { ...one, breakout: "1-1" } : one,
      ),
      help: [call("p2", 9_000), call("p3", 1_000)],
      breakouts: {
        round: 1,
        mode: "pairs",
        groups: [group],
        instruction: "",
        opened_at_ms: NOW_MS,
        ends_at_ms: null,
        odd: "trio",
      },
    });
    const queue = callsOf(room);
    expect(queue.map(({ key }) => key)).toEqual(["person-p2", "group-1-1", "person-p3"]);
    expect(queue.map(({ place }) => place?.id ?? null)).toEqual(["1-1", "1-1", null]);
  });

  it("are taken back by the person from the card", async () => {
    const classroom = show(inRoom({ help: [{ ...call("p1", 60_000), coming: "p0" }] }));
    await screen.findByRole("region", { name: `${person(0).name} is coming to help.` });
    click("I no longer need help");
    expect(called(classroom, "turns.endHelpOf")).toEqual([["p1"]]);
  });
});

describe("whom nobody has heard from", () => {
  it("is whoever is here to learn and was silent for a while, the longest silence first", () => {
    const began = NOW_MS - 3 * AFTER_MS;
    const room = people(5).map((one) => ({ ...one, joined_at_ms: began }));
    const heard = {
      listeningSinceMs: began + AFTER_MS,
      heardAtMs: new Map([
        ["p1", NOW_MS - 60_000],
        ["p2", began],
      ]),
    };
    const here = room.map((one) => (one.id === "p4" ? { ...one, presence: "away" as const } : one));
    expect(notHeardSince(here, heard, NOW_MS).map(({ person: { id }, sinceMs }) => [id, sinceMs])).toEqual([
      ["p2", began],
      ["p3", began + AFTER_MS],
    ]);
  });
});

describe("the agenda", () => {
  const agenda = [
    { id: 1, title: "HTML", minutes: 45, is_break: false, started_at_ms: NOW_MS },
    { id: 2, title: "", minutes: 15, is_break: true, started_at_ms: null },
  ];

  it("is for everybody to read and for staff to change", async () => {
    show(inRoom({ agenda }));
    click("Activities");
    const part = await screen.findByRole("region", { name: "Agenda" });
    expect(within(part).getAllByRole("listitem")).toHaveLength(2);
    expect(within(part).queryByRole("button")).toBeNull();
  });

  it("starts its next line by name, never by counting", async () => {
    const classroom = show(asTrainer({ agenda }));
    click("Activities");
    fireEvent.click(await screen.findByRole("button", { name: "Start: Break" }));
    expect(called(classroom, "agenda.start")).toEqual([[2]]);
  });

  it("counts a break down by the server's clock and goes on past its end", async () => {
    const timer = {
      item: null,
      title: "",
      is_break: true,
      started_at_ms: NOW_MS,
      ends_at_ms: NOW_MS + 120_000,
    };
    const classroom = show(inRoom({ timer }));
    const left = () =>
      within(screen.getByRole("region", { name: /^Back at/ })).getByRole("timer").textContent;
    classroom.clockOffsetMs.value += 60_000;
    await waitFor(() => expect(screen.getByRole("region", { name: /^Back at/ })).toBeTruthy());
    await waitFor(() => expect(left()).toMatch(/^(1:00|0:5\d)$/));
    classroom.clockOffsetMs.value += 70_000;
    await screen.findByRole("region", { name: "The break is over" });
  });
});
