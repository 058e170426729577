import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { FakeClassroom, snapshot } from "./fake-classroom";
import { called, show } from "./setup";

const inRoom = () => new FakeClassroom({ joined: true, room: snapshot() });
const openMenu = () =>
  fireEvent.click(screen.getByRole("button", { name: "Choose microphone and loudspeaker" }));
const device = (kind: MediaDeviceKind, id: string): MediaDeviceInfo => ({
  kind,
  deviceId: id,
  label: `The ${id}`,
  groupId: "",
  toJSON: () => ({}),
});

describe("the microphone's menu", () => {
  it("chooses a microphone, a loudspeaker, and what is done to the sound", async () => {
    const classroom = inRoom();
    classroom.local.devices.value = {
      ...classroom.local.devices.value,
      microphones: [device("audioinput", "headset"), device("audioinput", "webcam")],
      speakers: [device("audiooutput", "loudspeaker")],
    };
    show(classroom);
    openMenu();
    expect(screen.getByRole("menuitemradio", { name: "The headset", checked: true })).toBeTruthy();
    fireEvent.click(screen.getByRole("menuitemradio", { name: "The webcam" }));
    openMenu();
    fireEvent.click(screen.getByRole("menuitemcheckbox", { name: /Reduce background noise/, checked: true }));
    openMenu();
    fireEvent.click(screen.getByRole("menuitem", { name: "Loudspeaker" }));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: "The loudspeaker" }));
    expect(called(classroom, "chooseMicrophone")).toEqual([["webcam"]]);
    expect(called(classroom, "setNoiseSuppression")).toEqual([[false]]);
    expect(called(classroom, "chooseSpeaker")).toEqual([["loudspeaker"]]);
  });
});

describe("push-to-talk", () => {
  const hold = (target: Element = document.body) => fireEvent.keyDown(target, { key: " ", code: "Space" });
  const lift = () => fireEvent.keyUp(document.body, { key: " ", code: "Space" });
  const spoken = (classroom: FakeClassroom) => called(classroom, "setMicrophone").map(([on]) => on);

  it("is off until chosen; then the microphone is open while the space bar is held", async () => {
    const classroom = show(inRoom());
    hold();
    lift();
    expect(spoken(classroom)).toEqual([]);
    openMenu();
    fireEvent.click(screen.getByRole("menuitemcheckbox", { name: /Hold a key to speak \(Space bar\)/ }));
    (document.activeElement as HTMLElement | null)?.blur();
    await waitFor(() => {
      hold();
      expect(spoken(classroom)).toEqual([true]);
    });
    hold();
    lift();
    expect(spoken(classroom)).toEqual([true, false]);
  });

  it("ends when the window is left, and never takes a space from a text or a button", async () => {
    localStorage.setItem("momentum.push_to_talk", "on");
    const classroom = show(inRoom());
    hold(screen.getByRole("button", { name: "Raise hand" }));
    fireEvent.click(screen.getByRole("button", { name: "Chat" }));
    hold(screen.getByRole("textbox", { name: "Message" }));
    expect(spoken(classroom)).toEqual([]);
    hold();
    await waitFor(() => expect(classroom.local.microphoneOn.value).toBe(true));
    fireEvent.blur(window);
    expect(spoken(classroom)).toEqual([true, false]);
  });

  it("listens to another key where one was chosen, until that is lifted", async () => {
    localStorage.setItem("momentum.push_to_talk", "on");
    localStorage.setItem("momentum.shortcut_keys", JSON.stringify({ talk: "T" }));
    const classroom = show(inRoom());
    hold();
    fireEvent.click(screen.getByRole("button", { name: "Chat" }));
    fireEvent.keyDown(screen.getByRole("textbox", { name: "Message" }), { key: "t", code: "KeyT" });
    expect(spoken(classroom)).toEqual([]);
    fireEvent.keyDown(document.body, { key: "t", code: "KeyT" });
    lift();
    expect(spoken(classroom)).toEqual([true]);
    fireEvent.keyUp(document.body, { key: "T", code: "KeyT" });
    expect(spoken(classroom)).toEqual([true, false]);
  });

  it("leaves a microphone alone that is open anyway", () => {
    localStorage.setItem("momentum.push_to_talk", "on");
    const classroom = inRoom();
    classroom.local.microphoneOn.value = true;
    show(classroom);
    hold();
    lift();
    expect(spoken(classroom)).toEqual([]);
  });
});
