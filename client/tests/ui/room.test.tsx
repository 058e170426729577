import { fireEvent, screen, waitFor, within } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { CommandError } from "../../src/core/api";
import { chatEntry, FakeClassroom, NOW_MS, people, snapshot } from "./fake-classroom";
import { called, chooseMore, show } from "./setup";

const inRoom = (changes: Parameters<typeof snapshot>[0] = {}) =>
  new FakeClassroom({ joined: true, room: snapshot(changes) });
const asTrainer = (changes: Parameters<typeof snapshot>[0] = {}) => inRoom({ you: "p0", ...changes });
const click = (name: string | RegExp) => fireEvent.click(screen.getByRole("button", { name }));

const PAIRS = {
  round: 1,
  mode: "pairs",
  groups: [
    { id: "1-1", name: "1", members: ["p1", "p2"], help: null },
    {
      id: "1-2",
      name: "2",
      members: ["p3", "p4"],
      help: { participant_id: "p3", called_at_ms: NOW_MS, stuck: false, coming: null },
    },
  ],
  instruction: "Swap pages",
  opened_at_ms: NOW_MS,
  ends_at_ms: NOW_MS + 300_000,
  odd: "trio",
} as const;
const paired = () =>
  people(5).map((one) => ({
    ...one,
    breakout: PAIRS.groups.find((g) => g.members.some((m) => m === one.id))?.id ?? null,
  }));

describe("the wall", () => {
  it("has one group for each person, named exactly so, oneself too", () => {
    show(inRoom());
    for (const { name } of people(5)) expect(screen.getAllByRole("group", { name })).toHaveLength(1);
  });

  it("tells how large each picture is drawn, without one's own", async () => {
    const classroom = show(inRoom());
    await waitFor(() => expect(classroom.view).toHaveLength(4));
    expect(classroom.view.every(({ width, height }) => width > 100 && height > 100)).toBe(true);
    expect(classroom.view.map(({ participantId }) => participantId)).not.toContain("p1");
  });

  it("keeps everybody's element when somebody leaves", () => {
    const classroom = show(inRoom());
    const before = screen.getByRole("group", { name: "Fatou Diallo" });
    classroom.room.value = snapshot({ participants: people(5).filter(({ id }) => id !== "p2") });
    expect(screen.getByRole("group", { name: "Fatou Diallo" })).toBe(before);
  });
});

describe("the controls", () => {
  it("have the names that people and tests rely on", () => {
    show(asTrainer());
    for (const name of [
      "Turn on microphone",
      "Turn on camera",
      "Raise hand",
      "Chat",
      "People",
      "Breakouts",
      "Leave",
    ])
      expect(screen.getByRole("button", { name })).toBeTruthy();
  });

  it("switch and raise, and say so by their names", async () => {
    const classroom = show(inRoom());
    click("Turn on microphone");
    await screen.findByRole("button", { name: "Turn off microphone" });
    click("Raise hand");
    expect(called(classroom, "raiseHand")).toHaveLength(1);
    classroom.room.value = snapshot({
      hands: [{ participant_id: "p1", raised_at_ms: NOW_MS, spoken_at_ms: null }],
    });
    fireEvent.click(await screen.findByRole("button", { name: "Lower hand" }));
    expect(called(classroom, "lowerHand")).toEqual([[]]);
  });

  it("answer to Alt and a letter, unless that is turned off", async () => {
    const classroom = show(inRoom());
    fireEvent.keyDown(document, { key: "h", code: "KeyH", altKey: true });
    fireEvent.keyDown(document, { key: "h", code: "KeyH" });
    await waitFor(() => expect(called(classroom, "raiseHand")).toHaveLength(1));
    chooseMore("Settings");
    fireEvent.click(await screen.findByRole("tab", { name: "Keyboard shortcuts" }));
    fireEvent.click(await screen.findByLabelText("Use keyboard shortcuts"));
    fireEvent.keyDown(document, { key: "h", code: "KeyH", altKey: true });
    expect(called(classroom, "raiseHand")).toHaveLength(1);
  });

  it("a refusal is told in words", async () => {
    const classroom = inRoom();
    classroom.failures.set("raiseHand", new CommandError("rate_limited"));
    show(classroom);
    click("Raise hand");
    await screen.findByText(/a little too fast/);
  });

  it("only staff have Breakouts", () => {
    show(inRoom());
    expect(screen.queryByRole("button", { name: "Breakouts" })).toBeNull();
  });
});

describe("chat", () => {
  it("Enter sends, Shift+Enter does not, and an unsent draft survives", async () => {
    const classroom = show(inRoom());
    click("Chat");
    const box = screen.getByRole("textbox", { name: "Message" }) as HTMLTextAreaElement;
    fireEvent.input(box, { target: { value: "one" } });
    fireEvent.keyDown(box, { key: "Enter", shiftKey: true });
    expect(called(classroom, "post")).toEqual([]);
    fireEvent.keyDown(box, { key: "Enter" });
    expect(called(classroom, "post")).toEqual([[{ channel: "room", text: "one", mentions: [] }]]);
    fireEvent.input(box, { target: { value: "half a th" } });
    click("Chat");
    click("Chat");
    expect((screen.getByRole("textbox", { name: "Message" }) as HTMLTextAreaElement).value).toBe("half a th");
  });

  it("text from others stays text, and a failed message can be sent again", () => {
    const classroom = inRoom();
    classroom.chat.value = [
      chatEntry(1, { text: "<img src=x onerror=alert(1)> https://example.org" }),
      chatEntry(-1, { text: "mine", own: true, state: "failed" }),
    ];
    show(classroom);
    click("Chat");
    const log = screen.getByRole("log");
    expect(log.querySelector("img")).toBeNull();
    expect(within(log).getByRole("link").getAttribute("rel")).toBe("noopener noreferrer");
    click("Send again");
    expect(called(classroom, "retry")).toEqual([[-1]]);
  });

  it("a trainer answers in the participant's own thread", () => {
    const classroom = asTrainer();
    classroom.chat.value = [
      chatEntry(1, { channel: "trainers", thread: "p4", senderId: "p4", senderName: "Fatou Diallo" }),
    ];
    show(classroom);
    click("Chat");
    fireEvent.click(screen.getByRole("tab", { name: /Private/ }));
    fireEvent.change(screen.getByLabelText("Conversation with"), { target: { value: "p4" } });
    const box = screen.getByRole("textbox", { name: "Message" });
    fireEvent.input(box, { target: { value: "I am coming" } });
    fireEvent.keyDown(box, { key: "Enter" });
    expect(called(classroom, "post")).toEqual([
      [{ channel: "trainers", text: "I am coming", to: "p4", mentions: [] }],
    ]);
  });
});

describe("people", () => {
  it("hands stand in their order, with the time each has waited", () => {
    const hands = [
      { participant_id: "p3", raised_at_ms: NOW_MS - 130_000, spoken_at_ms: null },
      { participant_id: "p1", raised_at_ms: NOW_MS - 5000, spoken_at_ms: null },
    ];
    const classroom = show(asTrainer({ hands }));
    click("People");
    const items = within(screen.getByRole("region", { name: /Raised hands/ })).getAllByRole("listitem");
    expect(items.map((item) => item.textContent)).toEqual([
      expect.stringMatching(/^1.*Rochefoucauld.*2 min/),
      expect.stringMatching(/^2.*Karim Haddad.*less than a minute/),
    ]);
    click("Lower Karim Haddad’s hand");
    expect(called(classroom, "lowerHand")).toEqual([["p1"]]);
  });

  it("staff ask, never force, somebody to speak; removing is asked twice", () => {
    const classroom = show(asTrainer());
    click("People");
    click("Actions for Karim Haddad");
    click("Ask Karim Haddad to speak");
    expect(called(classroom, "askUnmute")).toEqual([["p1"]]);
    click("Remove Karim Haddad…");
    expect(called(classroom, "removeParticipant")).toEqual([]);
    click("Remove");
    expect(called(classroom, "removeParticipant")).toEqual([["p1"]]);
  });

  it("nobody else has such actions", () => {
    show(inRoom());
    click("People");
    expect(screen.queryByRole("button", { name: /Actions for/ })).toBeNull();
  });
});

describe("breakouts", () => {
  it("pairs take two clicks: what is shown is what opens", async () => {
    const classroom = asTrainer();
    classroom.preview = [
      { name: "1", members: ["p1", "p2"] },
      { name: "2", members: ["p3", "p4"] },
    ];
    show(classroom);
    click("Breakouts");
    click("Pairs");
    await screen.findByText("Karim Haddad and Léa");
    click("Start");
    expect(called(classroom, "openBreakouts")).toEqual([
      [{ mode: "pairs", odd: "trio", groups: classroom.preview }, "", 300],
    ]);
  });

  it("a plan that cannot be made says so and cannot be started", async () => {
    const classroom = asTrainer();
    classroom.failures.set("previewBreakouts", new CommandError("breakouts_bad_plan"));
    show(classroom);
    click("Breakouts");
    click("Pairs");
    await screen.findByText(/These groups cannot be made/);
    expect((screen.getByRole("button", { name: "Start" }) as HTMLButtonElement).disabled).toBe(true);
  });

  it("running: who calls is seen, visited and answered", () => {
    const classroom = show(asTrainer({ participants: paired(), breakouts: PAIRS }));
    click("Breakouts");
    expect(screen.getByText(/Asks for help/)).toBeTruthy();
    click("Visit Pair 2");
    click("Help given in Pair 2");
    click("+3 min");
    click("Next round");
    click("in 1 min");
    expect(classroom.calls.filter(({ name }) => /Breakout|Help/.test(name))).toEqual([
      { name: "visitBreakout", args: ["1-2"] },
      { name: "endHelp", args: ["1-2"] },
      { name: "extendBreakouts", args: [180] },
      { name: "rotateBreakouts", args: [300] },
      { name: "closeBreakouts", args: [60] },
    ]);
  });

  it("in a pair: partner, instruction and time stay on the screen; help is one click", () => {
    const classroom = show(inRoom({ participants: paired(), breakouts: PAIRS }));
    const banner = screen.getByRole("region", { name: "Pair 1" });
    expect(banner.textContent).toMatch(/Pair 1.*with Léa.*Swap pages/);
    expect(screen.queryByRole("group", { name: "Fatou Diallo" })).toBeNull();
    click("Call for help");
    expect(called(classroom, "callHelp")).toHaveLength(1);
  });
});

describe("what the room tells", () => {
  it("asks before a microphone goes on; saying no leaves it off", async () => {
    const classroom = inRoom();
    classroom.notices.value = [
      { id: 1, key: "notice.unmute_asked", params: { name: "Inès" }, tone: "ask", atMs: NOW_MS },
    ];
    show(classroom);
    const dialog = screen.getByRole("alertdialog", { name: "Inès asks you to turn on your microphone" });
    fireEvent.click(within(dialog).getByRole("button", { name: "Not now" }));
    await waitFor(() => expect(screen.queryByRole("alertdialog")).toBeNull());
    expect(classroom.local.microphoneOn.value).toBe(false);
  });

  it("names groups in the reader's language", () => {
    const classroom = inRoom({ participants: paired(), breakouts: PAIRS });
    classroom.notices.value = [
      { id: 1, key: "notice.moved", params: { group: "2" }, tone: "info", atMs: NOW_MS },
    ];
    show(classroom);
    expect(screen.getByText("You are now in Pair 2.")).toBeTruthy();
  });

  it("shows a trainer's message over everything until it is read; older ones are history", async () => {
    const classroom = inRoom();
    classroom.chat.value = [chatEntry(1, { broadcast: true, text: "old" })];
    show(classroom);
    expect(screen.queryByText("old")).toBeNull();
    classroom.chat.value = [...classroom.chat.value, chatEntry(2, { broadcast: true, text: "Back at 11" })];
    await screen.findByText("Back at 11");
    click("I have read it");
    await waitFor(() => expect(screen.queryByText("Back at 11")).toBeNull());
  });

  it("puts trouble and unread messages into the page's title", async () => {
    const classroom = show(inRoom());
    await waitFor(() => expect(document.title).toBe("Web design, Monday · Momentum Classroom"));
    classroom.unread.value = 3;
    classroom.connection.value = { kind: "reconnecting", sinceMs: Date.now(), attempt: 1 };
    await waitFor(() => expect(document.title).toMatch(/^\(3\) Connection lost/));
  });
});
