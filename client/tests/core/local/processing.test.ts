import { beforeEach, expect, it } from "vitest";
import { Processing } from "../../../src/core/local/processing";
import { Store } from "../../../src/core/store";
import { MemoryArea } from "../fakes";

/** A device that does what it is asked, but for the names in `stubborn`. */
class Track {
  settings: MediaTrackSettings = { noiseSuppression: true, backgroundBlur: false };
  asked: MediaTrackConstraints = { echoCancellation: true };
  stubborn: readonly string[] = [];
  constructor(private readonly blur: boolean[] = [false, true]) {}
  getCapabilities = () => ({ backgroundBlur: this.blur });
  getSettings = () => this.settings;
  getConstraints = () => this.asked;
  async applyConstraints(constraints: MediaTrackConstraints): Promise<void> {
    this.asked = constraints;
    const done = Object.entries(constraints).filter(([name]) => !this.stubborn.includes(name));
    this.settings = { ...this.settings, ...Object.fromEntries(done) };
  }
}

const asTrack = (track: Track) => track as unknown as MediaStreamTrack;
let area: MemoryArea;
let processing: Processing;

beforeEach(() => {
  area = new MemoryArea();
  processing = new Processing(new Store(area));
});

it("changes noise suppression on the live track, keeps the rest, and remembers", async () => {
  const track = new Track();
  expect(await processing.setNoiseSuppression(false, asTrack(track))).toBe(true);
  expect(track.asked).toEqual({ echoCancellation: true, noiseSuppression: false });
  expect(new Processing(new Store(area)).noiseSuppression.value).toBe(false);
});

it("says so when a track goes on as it was, or refuses", async () => {
  const track = new Track();
  track.stubborn = ["noiseSuppression"];
  expect(await processing.setNoiseSuppression(false, asTrack(track))).toBe(false);
  track.applyConstraints = () => Promise.reject(new Error("OverconstrainedError"));
  expect(await processing.setNoiseSuppression(true, asTrack(track))).toBe(false);
});

it("offers to blur only where a camera can be told to, and to stop", async () => {
  for (const [capabilities, offered] of [
    [[], null],
    [[true], null],
    [[false, true], false],
  ] as const) {
    await processing.useCamera(asTrack(new Track([...capabilities])));
    expect(processing.backgroundBlur.value).toBe(offered);
  }
});

it("blurs the next camera too, and shows what the camera does, not what was wished", async () => {
  await processing.useCamera(asTrack(new Track()));
  await processing.setBackgroundBlur(true);
  expect(processing.backgroundBlur.value).toBe(true);
  const stubborn = new Track();
  stubborn.stubborn = ["backgroundBlur"];
  await processing.useCamera(asTrack(stubborn));
  expect(processing.backgroundBlur.value).toBe(false);
  await processing.useCamera(asTrack(new Track()));
  expect(processing.backgroundBlur.value).toBe(true);
});
