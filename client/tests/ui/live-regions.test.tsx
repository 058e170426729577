/** What a screen reader is told without being asked: what happened, once, and no chatter. */
import { act, fireEvent, screen } from "@testing-library/preact";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Notice } from "../../src/core/api";
import type { CaptionLine, Checkin, Snapshot } from "../../src/generated/protocol";
import { language } from "../../src/i18n";
import { chatEntry, FakeClassroom, NOW_MS, people, snapshot } from "./fake-classroom";
import { show } from "./setup";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const LIVE = "[role=status], [role=alert], [role=log], [aria-live]";

/** Every text that stands in a live region; what is off says nothing. */
function aloud(): readonly string[] {
  return [...document.querySelectorAll(LIVE)]
    .filter((one) => one.getAttribute("aria-live") !== "off")
    .map((one) => one.textContent?.trim() ?? "")
    .filter(Boolean);
}

/** What is said now that was not said before `work`, after everything gathered has been told. */
async function heardDuring(work: () => void): Promise<readonly string[]> {
  const before = aloud();
  await act(async () => {
    work();
    await vi.advanceTimersByTimeAsync(0);
  });
  await act(async () => {
    await vi.advanceTimersByTimeAsync(2_000);
  });
  return aloud().filter((text) => !before.includes(text));
}

async function enter(changes: Partial<Snapshot> = {}): Promise<FakeClassroom> {
  const classroom = show(new FakeClassroom({ joined: true, room: snapshot(changes) }));
  await act(async () => {
    await vi.advanceTimersByTimeAsync(2_000);
  });
  return classroom;
}

const hand = (id: string, at = NOW_MS) => ({ participant_id: id, raised_at_ms: at, spoken_at_ms: null });

describe("hands", () => {
  const staff = { you: "p0" };

  it("are told to staff: several at once are one sentence, each once", async () => {
    const classroom = await enter(staff);
    const hands = [hand("p2"), hand("p3")];
    expect(await heardDuring(() => change(classroom, { ...staff, hands }))).toEqual([
      "Hand raised: Léa and Jean-Baptiste de La Rochefoucauld.",
    ]);
    expect(await heardDuring(() => change(classroom, { ...staff, hands: [...hands, hand("p4")] }))).toEqual([
      "Hand raised: Fatou Diallo.",
    ]);
    expect(await heardDuring(() => change(classroom, { ...staff, hands: [hand("p3")] }))).toEqual([]);
  });

  it("that go down before they are told, and those that were up already, are not", async () => {
    const classroom = await enter({ ...staff, hands: [hand("p2")] });
    expect(aloud().join()).not.toContain("Hand raised");
    const heard = await heardDuring(() => {
      change(classroom, { ...staff, hands: [hand("p2"), hand("p3")] });
      change(classroom, { ...staff, hands: [hand("p2")] });
    });
    expect(heard).toEqual([]);
  });

  it("of others are not told to participants", async () => {
    const classroom = await enter();
    expect(await heardDuring(() => change(classroom, { hands: [hand("p2")] }))).toEqual([]);
  });
});

describe("chat", () => {
  it("reads one message, counts several, and keeps quiet about one's own", async () => {
    const classroom = await enter();
    fireEvent.click(screen.getByRole("button", { name: "Chat" }));
    await act(async () => {
      await vi.advanceTimersByTimeAsync(2_000);
    });
    const post = (...ids: readonly number[]) => {
      for (const id of ids)
        classroom.chat.value = [...classroom.chat.value, chatEntry(id, { text: `Message ${id}` })];
    };
    expect(await heardDuring(() => post(1))).toEqual(["Léa: Message 1"]);
    expect(await heardDuring(() => post(2, 3, 4))).toEqual(["3 new messages"]);
    const own = chatEntry(6, { senderId: "p1", own: true, text: "Mine" });
    const heard = await heardDuring(() => {
      post(5);
      classroom.chat.value = [...classroom.chat.value, own];
    });
    expect(heard).toEqual(["Léa: Message 5"]);
  });
});

describe("a check-in", () => {
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

  it("is told once; answers of others are not", async () => {
    const classroom = await enter();
    expect(await heardDuring(() => change(classroom, { checkin: PACE }))).toEqual([
      "Your trainer asks: How is the pace?",
    ]);
    const counted = { ...PACE, counts: [1, 2, 0] };
    expect(await heardDuring(() => change(classroom, { checkin: counted }))).toEqual([]);
  });
});

describe("breakouts", () => {
  const notice = (id: number, key: string, params: Notice["params"] = {}): Notice => ({
    id,
    key,
    params,
    tone: "info",
    atMs: NOW_MS,
  });

  it("each change is told by itself: the words that stand there already are not read again", async () => {
    const classroom = await enter();
    const opened = notice(1, "notice.breakouts_opened", { group: "1" });
    const heard = await heardDuring(() => {
      classroom.notices.value = [opened, notice(2, "notice.time_changed")];
    });
    expect(heard).toHaveLength(1);
    const region = [...document.querySelectorAll("[role=status]")].find(
      (one) => one.textContent === heard[0],
    );
    expect(region?.getAttribute("aria-atomic")).toBe("false");
    expect(region?.getAttribute("aria-relevant")).toBe("additions");
    expect(region?.children).toHaveLength(2);
  });

  it("the clock that runs down is not a live region", async () => {
    const grouped = people(5).map((one) => (one.id === "p0" ? one : { ...one, breakout: "g1" }));
    const breakouts = {
      round: 1,
      mode: "manual",
      groups: [{ id: "g1", name: "Blue", members: ["p1", "p2"], help: null }],
      instruction: "Draw a page",
      opened_at_ms: NOW_MS,
      ends_at_ms: NOW_MS + 600_000,
      odd: "trio",
    } as const;
    await enter({ participants: grouped, breakouts: { ...breakouts, groups: [...breakouts.groups] } });
    const before = aloud();
    const later = Date.now() + 5_000;
    vi.spyOn(Date, "now").mockReturnValue(later);
    await act(async () => {
      await vi.advanceTimersByTimeAsync(5_000);
    });
    expect(aloud()).toEqual(before);
  });
});

describe("captions", () => {
  it("stand in no live region: a voice that reads along would talk over the people", async () => {
    const classroom = await enter();
    const line = (text: string): CaptionLine => ({
      participant_id: "p0",
      name: "Inès",
      line: 1,
      text,
      kind: "captioner",
      at_ms: NOW_MS,
      done: false,
    });
    const heard = await heardDuring(() => {
      classroom.captions.lines.value = [line("The box model")];
    });
    expect(heard).toEqual([]);
    expect(screen.getByText(/The box model/)).toBeTruthy();
  });
});

it("a change of the language does not repeat what was said", async () => {
  const classroom = await enter({ you: "p0" });
  await heardDuring(() => change(classroom, { you: "p0", hands: [hand("p2")] }));
  const again = await heardDuring(() => {
    language.value = "fr";
  });
  expect(again.join()).not.toContain("Léa");
});

function change(classroom: FakeClassroom, changes: Partial<Snapshot>): void {
  classroom.room.value = snapshot(changes);
}
