import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it, vi } from "vitest";
import { CommandError, type ConnectionTest, type ConnectionWay } from "../../src/core/api";
import { FakeClassroom, INVITATION } from "./fake-classroom";
import { called, show } from "./setup";

const join = () => fireEvent.click(screen.getByRole("button", { name: "Join" }));
const room = () => screen.findByRole("button", { name: "Leave" });

describe("before joining", () => {
  it("one click is heard: Join opens microphone and camera, then the room", async () => {
    const classroom = show(new FakeClassroom());
    expect(screen.getByRole("img", { name: /Drawing/ })).toBeTruthy();
    join();
    await room();
    expect(classroom.calls.map(({ name }) => name)).toEqual(["setMicrophone", "setCamera", "join"]);
    expect(called(classroom, "join")).toEqual([["Karim Haddad"]]);
    expect(classroom.local.microphoneOn.value).toBe(true);
  });

  it("whoever refuses both comes in as a listener, with one large way to be heard", async () => {
    const classroom = new FakeClassroom();
    classroom.local.nextMicrophoneProblem = "denied";
    classroom.local.nextCameraProblem = "denied";
    show(classroom);
    join();
    await room();
    classroom.local.nextMicrophoneProblem = null;
    fireEvent.click(screen.getByRole("button", { name: "Turn on my microphone" }));
    await waitFor(() => expect(classroom.local.microphoneOn.value).toBe(true));
    expect(screen.queryByRole("button", { name: "Turn on my microphone" })).toBeNull();
  });

  it("tests first: what the devices do is shown, in words for each problem", async () => {
    const classroom = new FakeClassroom();
    classroom.local.nextMicrophoneProblem = "busy";
    show(classroom);
    fireEvent.click(screen.getByRole("button", { name: "Test my sound and picture" }));
    await screen.findByText(/Another program is using the microphone/);
    classroom.local.nextMicrophoneProblem = null;
    fireEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByText(/the bar should move/);
    classroom.local.microphoneLevel.value = 0.5;
    await screen.findByText(/We can hear you/);
  });

  it("opens the devices by itself where the browser allowed them before", async () => {
    vi.stubGlobal("navigator", {
      ...navigator,
      permissions: { query: async () => ({ state: "granted" }) },
    });
    const classroom = show(new FakeClassroom());
    await screen.findByRole("button", { name: "Turn off microphone" });
    expect(called(classroom, "setMicrophone")).toEqual([[true]]);
  });

  it("what was switched off stays off when joining", async () => {
    const classroom = show(new FakeClassroom());
    fireEvent.click(screen.getByRole("button", { name: "Test my sound and picture" }));
    fireEvent.click(await screen.findByRole("button", { name: "Turn off microphone" }));
    await screen.findByRole("button", { name: "Turn on microphone" });
    join();
    await room();
    expect(classroom.local.microphoneOn.value).toBe(false);
  });

  it("a group link asks for a name first", async () => {
    const classroom = show(
      new FakeClassroom({ invitation: { ...INVITATION, name: null, group: true }, rememberedName: null }),
    );
    join();
    await screen.findByText("Please type your name first.");
    expect(called(classroom, "join")).toEqual([]);
    fireEvent.input(screen.getByLabelText("Your name"), { target: { value: "  Zoé " } });
    join();
    await room();
    expect(called(classroom, "join")).toEqual([["Zoé"]]);
  });

  it("remembers the name typed last", () => {
    show(
      new FakeClassroom({ invitation: { ...INVITATION, name: null, group: true }, rememberedName: "Zoé" }),
    );
    expect((screen.getByLabelText("Your name") as HTMLInputElement).value).toBe("Zoé");
  });

  it("says what stopped it, and can be tried again", async () => {
    const classroom = new FakeClassroom();
    classroom.failures.set("join", new CommandError("unreachable"));
    show(classroom);
    join();
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Check your internet connection");
    join();
    await room();
  });

  it("while the browser asks, one can go in to listen", async () => {
    const classroom = new FakeClassroom();
    classroom.local.setMicrophone = () => new Promise(() => {});
    show(classroom);
    join();
    fireEvent.click(await screen.findByRole("button", { name: "Listen only for now" }));
    await room();
    expect(called(classroom, "join")).toHaveLength(1);
  });
});

describe("pages instead of the room", () => {
  it.each([
    ["insecure_origin", "This address is not secure"],
    ["no_webrtc", "This browser cannot do live sound and pictures"],
    ["no_websocket", "This browser is too old"],
    ["no_token", "Your personal link is needed"],
  ] as const)("%s", (obstacle, title) => {
    show(new FakeClassroom({ obstacle }));
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe(title);
    expect(screen.queryByRole("button", { name: "Join" })).toBeNull();
  });

  it("the seat taken elsewhere can be taken back", async () => {
    const classroom = new FakeClassroom();
    classroom.connection.value = { kind: "ended", code: "replaced" };
    show(classroom);
    fireEvent.click(screen.getByRole("button", { name: "Continue here" }));
    expect(called(classroom, "rejoin")).toHaveLength(1);
  });

  it("a code nobody knows still has words, and shows itself for the helpdesk", () => {
    const classroom = new FakeClassroom();
    classroom.connection.value = { kind: "ended", code: "brand_new" };
    show(classroom);
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("The connection ended");
    expect(screen.getByText(/brand_new/)).toBeTruthy();
  });

  it("leaving says goodbye at once, even when the server cannot be told", async () => {
    const classroom = new FakeClassroom({ joined: true });
    classroom.failures.set("leave", new CommandError("not_connected"));
    show(classroom);
    fireEvent.click(screen.getByRole("button", { name: "Leave" }));
    expect(await screen.findByRole("button", { name: "Join again" })).toBeTruthy();
    expect(called(classroom, "leave")).toHaveLength(1);
  });
});

describe("the connection test", () => {
  const done = (way: ConnectionWay, roundTripMs: number | null): ConnectionTest => ({
    kind: "done",
    way,
    roundTripMs,
  });

  it.each<[ConnectionTest, RegExp]>([
    [{ kind: "running" }, /Testing your connection/],
    [done("udp", 23), /Your connection works\. UDP, 23 ms/],
    [done("udp", null), /Your connection works\. UDP$/],
    [done("tcp", 40), /by a detour: this network blocks the direct way\. TCP, 40 ms/],
    [done("turn_tls", 80), /by a detour.*TURN \(TLS\), 80 ms/],
    [done("turn_udp", 450), /it is slow/],
    [done("none", null), /cannot get through this network/],
    [{ kind: "unavailable" }, /could not be tested just now/],
  ])("is made at once and told in words: %o", (connectionTest, words) => {
    const classroom = show(new FakeClassroom({ connectionTest }));
    const told = screen.getAllByRole("status").map(({ textContent }) => textContent?.trim());
    expect(told).toContainEqual(expect.stringMatching(words));
    expect(classroom.connectionTests).toBe(1);
  });

  it("can be made again where it found trouble, and keeps nobody out", async () => {
    const classroom = show(new FakeClassroom({ connectionTest: done("none", null) }));
    fireEvent.click(await screen.findByRole("button", { name: "Test again" }));
    expect(classroom.connectionTests).toBe(2);
    join();
    await room();
  });

  it("offers no second test where all is well", async () => {
    show(new FakeClassroom({ connectionTest: done("udp", 20) }));
    await screen.findByText(/Your connection works/);
    expect(screen.queryByRole("button", { name: "Test again" })).toBeNull();
  });
});
