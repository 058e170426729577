import { describe, expect, it } from "vitest";
import type { Tile } from "../../src/core/api";
import type { Role } from "../../src/generated/protocol";
import { type Arrangement, arrange, type Placed } from "../../src/ui/layout/arrange";
import { LAYOUTS } from "../../src/ui/layout/choice";
import { people } from "./fake-classroom";

const STAGES = [
  { x: 0, y: 0, width: 1280, height: 640 },
  { x: 0, y: 0, width: 800, height: 500 },
  { x: 0, y: 0, width: 344, height: 560 },
];

function tiles(count: number, interpreter: number): Tile[] {
  const faces = people(count).map((participant, index): Tile => {
    const role: Role = index === interpreter ? "interpreter" : participant.role;
    const media = { ...participant.media, camera: true };
    return {
      key: `${participant.id}/camera`,
      participant: { ...participant, role, media },
      kind: "camera",
      self: index === 0,
      stream: null,
      speaking: false,
      spotlight: index === 1,
    };
  });
  const [first] = faces;
  if (first === undefined) throw new Error("nobody");
  return [{ ...first, key: "screen", kind: "screen", self: false }, ...faces];
}

const plain: Arrangement = { layout: "auto", pinned: null, floor: null, hideSelf: false, hideOthers: false };

const find = (placed: readonly Placed[], index: number) =>
  placed.find(({ tile }) => tile.kind === "camera" && tile.participant.id === `p${index}`);

describe("an interpreter", () => {
  const layouts = LAYOUTS.flatMap((layout) => STAGES.map((area) => [layout, area] as const));

  it.each(layouts)("in layout %s keeps one size among 3 and among 16 people (%o)", (layout, area) => {
    const boxes = [3, 8, 16].map((count) => {
      const placed = arrange(tiles(count, 2), { ...plain, layout }, area);
      const found = find(placed, 2);
      expect(found?.pictured).toBe(true);
      return found?.box;
    });
    expect(boxes[0]?.width).toBeGreaterThanOrEqual(160);
    expect(boxes[0]?.height).toBeGreaterThanOrEqual(120);
    expect(boxes[1]).toEqual(boxes[0]);
    expect(boxes[2]).toEqual(boxes[0]);
  });

  it.each(layouts)("in layout %s overlaps nobody (%o)", (layout, area) => {
    const boxes = arrange(tiles(16, 5), { ...plain, layout }, area).flatMap(({ box }) => (box ? [box] : []));
    boxes.forEach((one, index) => {
      expect(one.x).toBeGreaterThanOrEqual(0);
      expect(one.x + one.width).toBeLessThanOrEqual(area.width + 0.5);
      expect(one.y + one.height).toBeLessThanOrEqual(area.height + 0.5);
      for (const other of boxes.slice(index + 1)) {
        const apart =
          one.x + one.width <= other.x + 0.5 ||
          other.x + other.width <= one.x + 0.5 ||
          one.y + one.height <= other.y + 0.5 ||
          other.y + other.height <= one.y + 0.5;
        expect(apart).toBe(true);
      }
    });
  });

  it("is seen where other people's pictures are hidden, and is large where pinned", () => {
    const area = STAGES[0] ?? null;
    const hidden = arrange(tiles(8, 5), { ...plain, hideOthers: true }, area);
    expect(find(hidden, 5)?.pictured).toBe(true);
    expect(find(hidden, 6)?.pictured).toBe(false);
    const pinned = arrange(tiles(8, 5), { ...plain, pinned: "p5/camera" }, area);
    expect(find(pinned, 5)?.box?.width).toBeGreaterThan(600);
  });
});
