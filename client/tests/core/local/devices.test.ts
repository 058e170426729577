import { beforeEach, describe, expect, it, vi } from "vitest";
import { CommandError } from "../../../src/core/api";
import { LocalDevices } from "../../../src/core/local/devices";
import { LevelMeter } from "../../../src/core/local/level";
import { Store } from "../../../src/core/store";
import { FakeMediaDevices, FakeStream, type FakeTrack } from "../fake-media";
import { ManualClock, MemoryArea, settle } from "../fakes";

let machine: FakeMediaDevices;
let area: MemoryArea;
let published: Record<string, unknown>;
let lost: string[];
let announce: () => Promise<void>;
let local: LocalDevices;

function makeDevices(mediaDevices: FakeMediaDevices | undefined = machine): LocalDevices {
  return new LocalDevices({
    mediaDevices: mediaDevices as unknown as MediaDevices | undefined,
    processors: 2,
    store: new Store(area),
    chime: async () => {},
    publish: (kind, track) => {
      published[kind] = track;
    },
    announce: () => announce(),
    lost: (kind) => lost.push(kind),
    makeMeter: (measured) =>
      new LevelMeter(
        () => null,
        new ManualClock(),
        () => false,
        measured,
      ),
  });
}

beforeEach(async () => {
  vi.stubGlobal("MediaStream", FakeStream);
  machine = new FakeMediaDevices();
  area = new MemoryArea();
  published = {};
  lost = [];
  announce = async () => {};
  local = makeDevices();
  await settle();
});

const denied = () => new DOMException("Permission denied", "NotAllowedError");

describe("the microphone", () => {
  it("opens once; off is silent, not sent, and quickly on again", async () => {
    await local.setMicrophone(true);
    const track = machine.last;
    expect(published["microphone"]).toBe(track);
    await local.setMicrophone(false);
    expect(track).toMatchObject({ enabled: false, readyState: "live" });
    expect(published["microphone"]).toBeNull();
    await local.setMicrophone(true);
    expect(track.enabled).toBe(true);
    expect(machine.opened).toHaveLength(1);
  });

  it("that was turned off while it opened stays off", async () => {
    machine.hold();
    const opening = local.setMicrophone(true);
    const closing = local.setMicrophone(false);
    machine.release();
    await Promise.all([opening, closing]);
    expect(local.flags.microphone).toBe(false);
    expect(machine.last.readyState).toBe("ended");
    expect(published["microphone"]).toBeNull();
  });

  it.each([
    ["NotAllowedError", "denied"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
  ])("that fails with %s leaves a listener who knows why", async (name, problem) => {
    machine.failure = new DOMException("", name);
    await local.setMicrophone(true);
    expect(local.microphoneOn.value).toBe(false);
    expect(local.microphoneProblem.value).toBe(problem);
    machine.failure = null;
    await local.setMicrophone(true);
    expect(local.microphoneProblem.value).toBeNull();
    expect(local.microphoneOn.value).toBe(true);
  });

  it("that is unplugged is replaced by another one", async () => {
    await local.setMicrophone(true);
    machine.last.end();
    await settle();
    expect(local.microphoneOn.value).toBe(true);
    expect(published["microphone"]).toBe(machine.opened[1]?.track);
    expect(lost).toEqual([]);
  });

  it("that is unplugged while it is off stays off", async () => {
    await local.setMicrophone(true);
    await local.setMicrophone(false);
    machine.last.end();
    await settle();
    expect(local.microphoneOn.value).toBe(false);
    expect(machine.opened).toHaveLength(1);
  });

  it("that was the only one is missed aloud", async () => {
    await local.setMicrophone(true);
    machine.failure = new DOMException("", "NotFoundError");
    machine.last.end();
    await settle();
    expect(local.microphoneOn.value).toBe(false);
    expect(lost).toEqual(["microphone"]);
  });

  it("is changed in the call, and the choice is kept", async () => {
    await local.setMicrophone(true);
    const before = machine.last;
    await local.chooseMicrophone("mic-1");
    expect(machine.opened[1]?.constraints.audio).toMatchObject({ deviceId: { ideal: "mic-1" } });
    expect(before.readyState).toBe("ended");
    expect(published["microphone"]).toBe(machine.last);
    expect(makeDevices().devices.value.microphoneId).toBe("mic-1");
  });

  it("that is changed while off is not turned on by that", async () => {
    await local.setMicrophone(true);
    await local.setMicrophone(false);
    await local.chooseMicrophone("mic-1");
    expect(local.microphoneOn.value).toBe(false);
    expect(published["microphone"]).toBeNull();
    expect(machine.opened).toHaveLength(1);
  });
});

describe("the camera", () => {
  it("is closed when off: its light goes out", async () => {
    await local.setCamera(true);
    expect(local.cameraStream.value?.getTracks()).toEqual([machine.last]);
    await local.setCamera(false);
    expect(machine.last.readyState).toBe("ended");
    expect(local.cameraStream.value).toBeNull();
    expect(published["camera"]).toBeNull();
  });

  it("is changed in the call", async () => {
    await local.setCamera(true);
    await local.chooseCamera("cam-1");
    expect(machine.opened.map(({ track }) => track.readyState)).toEqual(["ended", "live"]);
    expect(published["camera"]).toBe(machine.last);
    expect(local.cameraOn.value).toBe(true);
  });
});

describe("the screen", () => {
  it("is shared with its sound, sharp, until the browser's own bar ends it", async () => {
    await local.setScreen(true);
    const [video, audio] = machine.screen.getTracks() as [FakeTrack, FakeTrack];
    expect(published).toMatchObject({ screen: video, screen_audio: audio });
    expect(video.contentHint).toBe("detail");
    video.end();
    await settle();
    expect(local.screenOn.value).toBe(false);
    expect(audio.readyState).toBe("ended");
    expect(published).toMatchObject({ screen: null, screen_audio: null });
  });

  it("is not shared when the person closes the picker, and that is no problem", async () => {
    machine.failure = denied();
    await local.setScreen(true);
    expect(local.screenOn.value).toBe(false);
    expect(local.screenProblem.value).toBeNull();
  });

  it("tells whoever asked when the room refuses", async () => {
    announce = () => Promise.reject(new CommandError("screen_taken"));
    await expect(local.setScreen(true)).rejects.toMatchObject({ code: "screen_taken" });
  });
});

it("an insecure page has no devices, and says so", async () => {
  const page = new LocalDevices({
    mediaDevices: undefined,
    processors: 2,
    store: new Store(null),
    chime: async () => {},
    publish: () => {},
    announce: async () => {},
    lost: () => {},
    makeMeter: (measured) =>
      new LevelMeter(
        () => null,
        new ManualClock(),
        () => false,
        measured,
      ),
  });
  await Promise.all([page.setMicrophone(true), page.setCamera(true), page.setScreen(true)]);
  expect([page.microphoneProblem.value, page.cameraProblem.value, page.screenProblem.value]).toEqual([
    "unsupported",
    "unsupported",
    "unsupported",
  ]);
});

it("lists devices that can be chosen, without those that the browser does not name yet", () => {
  const { microphones, cameras, speakers } = local.devices.value;
  expect([microphones, cameras, speakers].map((list) => list.map(({ deviceId }) => deviceId))).toEqual([
    ["mic-1"],
    ["cam-1"],
    [],
  ]);
});

it("closes everything", async () => {
  await Promise.all([local.setMicrophone(true), local.setCamera(true), local.setScreen(true)]);
  local.close();
  expect(local.flags).toEqual({ microphone: false, camera: false, screen: false });
  expect(machine.opened.map(({ track }) => track.readyState)).toEqual(["ended", "ended"]);
  expect(machine.screen.getTracks().map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
});
