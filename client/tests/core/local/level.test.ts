import { describe, expect, it } from "vitest";
import { type Analyser, LevelMeter, levelOf } from "../../../src/core/local/level";
import { ManualClock } from "../fakes";

describe("levelOf", () => {
  it.each([
    ["silence", 0, 0],
    ["full scale", 1, 1],
    ["-60 dBFS", 0.001, 0],
    ["-33 dBFS, half way", 10 ** (-33 / 20), 0.5],
  ])("%s", (_name, amplitude, level) => {
    expect(levelOf(new Float32Array(64).fill(amplitude))).toBeCloseTo(level, 5);
  });
});

describe("LevelMeter", () => {
  it("measures twenty times a second, not while hidden, and ends at zero", async () => {
    const clock = new ManualClock();
    const levels: number[] = [];
    let hidden = false;
    let closed = 0;
    const analyser: Analyser = { read: (samples) => void samples.fill(1), close: () => void closed++ };
    const meter = new LevelMeter(
      () => analyser,
      clock,
      () => hidden,
      (level) => levels.push(level),
    );
    meter.follow({} as MediaStreamTrack);
    await clock.advance(1_000);
    expect(levels.filter((level) => level === 1)).toHaveLength(21);
    hidden = true;
    await clock.advance(1_000);
    expect(levels).toHaveLength(22);
    meter.follow(null);
    hidden = false;
    await clock.advance(1_000);
    expect(levels.slice(22)).toEqual([0]);
    expect(closed).toBe(1);
  });
});
