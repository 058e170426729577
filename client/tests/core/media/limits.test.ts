import { describe, expect, it } from "vitest";
import type { DataChoice } from "../../../src/core/api";
import { FULL_CHOICE, limitsOf } from "../../../src/core/media/limits";
import type { Strain } from "../../../src/core/media/strain";
import { type Shown, viewWithin } from "../../../src/core/view";

const ALL = Number.POSITIVE_INFINITY;
const LOW: DataChoice = { ...FULL_CHOICE, low: true };

describe("what may be seen and sent", () => {
  it.each<[string, DataChoice, Strain, boolean, [number, string], string, boolean]>([
    ["everything, by default", FULL_CHOICE, 0, false, [ALL, "h"], "h", false],
    ["few small pictures to save data", LOW, 0, false, [4, "l"], "l", true],
    [
      "no pictures, but one's own in full",
      { ...FULL_CHOICE, receivePictures: false },
      0,
      false,
      [0, "h"],
      "h",
      false,
    ],
    ["no pictures while nobody looks", FULL_CHOICE, 0, true, [0, "h"], "h", false],
    ["nothing large on a weak device", FULL_CHOICE, 1, false, [ALL, "m"], "m", false],
    ["not many on a weaker one", FULL_CHOICE, 2, false, [9, "l"], "l", false],
    ["the stricter of device and choice", LOW, 2, false, [4, "l"], "l", true],
  ])("%s", (_, choice, strain, hidden, [pictures, layer], ceiling, frugal) => {
    expect(limitsOf(choice, strain, hidden)).toEqual({
      view: { pictures, layer, interpreters: !hidden },
      send: { ceiling, frugal },
    });
  });
});

describe("the view within limits", () => {
  const shown = (participantId: string, height: number, kind: Shown["kind"] = "camera"): Shown => ({
    participantId,
    kind,
    width: height * 2,
    height,
  });
  const heights = (view: ReturnType<typeof viewWithin>) => view.tiles.map(({ height }) => height);

  it("is the view itself where there are none", () => {
    expect(viewWithin([shown("ben", 720)], { pictures: ALL, layer: "h", interpreters: true })).toEqual({
      tiles: [{ participant_id: "ben", kind: "camera", width: 1440, height: 720 }],
      only: false,
    });
  });

  it("is nothing at all where no picture is wanted, not even of newcomers", () => {
    expect(viewWithin([shown("ben", 720)], { pictures: 0, layer: "h", interpreters: true })).toEqual({
      tiles: [],
      only: true,
    });
  });

  it("is an interpreter's picture where no other is wanted, and not even that while nobody looks", () => {
    const both = [shown("ben", 720), { ...shown("iris", 360), vital: true }];
    const sound = viewWithin(both, { pictures: 0, layer: "l", interpreters: true });
    expect(sound).toEqual({
      tiles: [{ participant_id: "iris", kind: "camera", width: 720, height: 360 }],
      only: true,
    });
    const hidden = viewWithin(both, { pictures: 0, layer: "l", interpreters: false });
    expect(hidden).toEqual({ tiles: [], only: true });
  });

  it("shrinks cameras to the layer, and leaves screens readable", () => {
    const view = viewWithin([shown("tom", 900, "screen"), shown("ben", 720)], {
      pictures: ALL,
      layer: "m",
      interpreters: true,
    });
    expect(heights(view)).toEqual([900, 539]);
    expect(
      heights(viewWithin([shown("ben", 100)], { pictures: ALL, layer: "m", interpreters: true })),
    ).toEqual([100]);
  });

  it("hides the least important; what was not visible does not count", () => {
    const four = [shown("a", 300), shown("b", 0), shown("c", 300), shown("d", 300)];
    const view = viewWithin(four, { pictures: 2, layer: "l", interpreters: true });
    expect(heights(view)).toEqual([199, 0, 199, 0]);
    expect(view.only).toBe(true);
  });
});
