import { act, cleanup, configure, fireEvent, render, screen, within } from "@testing-library/preact";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { chooseLanguage, language } from "../../src/i18n";
import { OpsApp } from "../../src/ops/OpsApp";
import { personWords } from "../../src/ops/say";
import { POLL_MS } from "../../src/ops/state";
import { FakeOpsServer, opsScenes, personRow } from "./ops-scenes";

configure({ asyncUtilTimeout: 15_000 });

beforeEach(() => {
  language.value = "en";
  vi.stubGlobal("matchMedia", () => ({ matches: true, addEventListener() {}, removeEventListener() {} }));
  vi.stubGlobal("scrollTo", () => {});
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function open(name: string): FakeOpsServer | null {
  const scene = opsScenes[name]?.();
  history.replaceState(null, "", scene?.fragment);
  render(<OpsApp server={scene?.server ?? null} />);
  return scene?.server instanceof FakeOpsServer ? scene.server : null;
}

const passes = (ms: number) =>
  act(async () => {
    await vi.advanceTimersByTimeAsync(ms);
  });

it("lists rooms, the most troubled first, with what is wrong in words", async () => {
  open("ops-overview");
  const rows = await screen.findAllByRole("row");
  expect(within(rows[1] as HTMLElement).getByRole("rowheader").textContent).toContain(
    "Web workshop, group 3",
  );
  for (const words of ["Serious", "1 person hears nothing (2 min)", "1 hand unanswered (12 min)"])
    expect(rows[1]?.textContent).toContain(words);
  expect(screen.getByText("23 more rooms, all in less trouble")).toBeTruthy();
  expect(screen.getByText("Does not answer")).toBeTruthy();
});

it("speaks French, too", async () => {
  open("ops-room");
  await screen.findByText("Amélie");
  act(() => chooseLanguage("fr"));
  expect(screen.getByText("N’entend rien (2 min)")).toBeTruthy();
});

it("asks twice before a room is closed, and then says that it was", async () => {
  const server = open("ops-room");
  await screen.findByRole("button", { name: "Close the room" });
  fireEvent.click(screen.getByRole("button", { name: "Close the room" }));
  expect(server?.acted).toEqual([]);
  fireEvent.click(screen.getByRole("button", { name: "Close for everybody", hidden: true }));
  expect(await screen.findByText("The room is closed.")).toBeTruthy();
  expect(server?.acted).toEqual([{ action: "close_room", room_id: "worst" }]);
});

it("shows a person with what happened, the newest first", async () => {
  open("ops-person");
  const [newest] = await screen.findAllByText(/Is not heard any more/);
  expect(newest).toBeTruthy();
  expect(screen.getByText("Chrome 130; Android; phone")).toBeTruthy();
  expect(screen.getByText("First word heard or said, 1.9 s after coming in")).toBeTruthy();
  expect(screen.getByText("Other way: TURN over TLS")).toBeTruthy();
});

it("keeps what it knows when the server is silent, and says since when", async () => {
  vi.useFakeTimers();
  let silent = false;
  const scene = opsScenes["ops-overview"]?.();
  const inner = scene?.server;
  const server = {
    clockOffsetMs: 0,
    act: vi.fn(),
    read: <T,>(path: string): Promise<T> =>
      silent || !inner ? new FakeOpsServer({}, "unreachable").read<T>(path) : inner.read<T>(path),
  };
  history.replaceState(null, "", "#/");
  render(<OpsApp server={server} />);
  await passes(100);
  silent = true;
  await passes(POLL_MS + 100);
  expect(screen.getByText(/The server does not answer\. What you see is from/)).toBeTruthy();
  expect(screen.getByText("Databases")).toBeTruthy();
  silent = false;
  await passes(POLL_MS + 100);
  expect(screen.queryByText(/does not answer\. What/)).toBeNull();
});

it.each([
  ["ops-expired", "This link has expired"],
  ["ops-no-link", "A link is needed"],
  ["ops-gone", "This room is empty and no longer on the server."],
  ["ops-empty", "No room is open"],
])("%s: %s", async (scene, words) => {
  open(scene);
  expect(await screen.findByText(words)).toBeTruthy();
});

it("says the gravest of a person first, and never nothing", () => {
  const now = Date.now();
  const since = { poor: now, unheard: now - 61_000, deaf: now - 200_000 };
  const texts = personWords(personRow("Ana", { since, hand_since_ms: now }), now).map(({ text }) => text);
  expect(texts).toEqual([
    "Hears nothing (3 min)",
    "Is not heard (61 s)",
    "Poor connection (0 s)",
    "Hand up (0 s)",
  ]);
  expect(personWords(personRow("Ana"), now)).toEqual([{ tone: "fine", text: "Fine" }]);
});
