import { describe, expect, it } from "vitest";
import { type Box, focusBoxes, gridBoxes } from "../../src/ui/layout/grid";

const STAGES = [
  { name: "desktop", width: 1904, height: 900 },
  { name: "tablet", width: 1008, height: 620 },
  { name: "tablet with a panel", width: 640, height: 620 },
  { name: "phone standing", width: 344, height: 560 },
  { name: "phone lying", width: 724, height: 240 },
  { name: "zoomed far in", width: 300, height: 180 },
];
const COUNTS = Array.from({ length: 40 }, (_, index) => index + 1);
const SLACK = 1e-6;

const area = ({ width, height }: { width: number; height: number }): Box => ({ x: 0, y: 0, width, height });
const overlap = (a: Box, b: Box) =>
  a.x < b.x + b.width - SLACK &&
  b.x < a.x + a.width - SLACK &&
  a.y < b.y + b.height - SLACK &&
  b.y < a.y + a.height - SLACK;

function expectTidy(boxes: readonly Box[], stage: Box): void {
  boxes.forEach((box, index) => {
    expect(box.width).toBeGreaterThan(0);
    expect(box.height).toBeGreaterThan(0);
    expect(box.x).toBeGreaterThanOrEqual(-SLACK);
    expect(box.y).toBeGreaterThanOrEqual(-SLACK);
    expect(box.x + box.width).toBeLessThanOrEqual(stage.width + SLACK);
    expect(box.y + box.height).toBeLessThanOrEqual(stage.height + SLACK);
    for (const other of boxes.slice(index + 1)) expect(overlap(box, other)).toBe(false);
  });
}

it("leaves room for names beside a screen in a full room", () => {
  const [, ...faces] = focusBoxes(16, area({ width: 1008, height: 616 }));
  expect(Math.min(...faces.map(({ width }) => width))).toBeGreaterThan(90);
});

describe.each(STAGES)("on a stage: $name", (stage) => {
  it.each(COUNTS)("%d people: each has a place of the same size, none overlaps, all are seen", (count) => {
    const boxes = gridBoxes(count, area(stage));
    expect(boxes).toHaveLength(count);
    expectTidy(boxes, area(stage));
    expect(new Set(boxes.map(({ width, height }) => `${width} ${height}`)).size).toBe(1);
    const aspect = (boxes[0]?.width ?? 0) / (boxes[0]?.height ?? 1);
    expect(aspect).toBeGreaterThanOrEqual(0.75 - SLACK);
    expect(aspect).toBeLessThanOrEqual(16 / 9 + SLACK);
  });

  it.each(COUNTS)("%d people, one large: the first has the largest place", (count) => {
    const boxes = focusBoxes(count, area(stage));
    expect(boxes).toHaveLength(count);
    expectTidy(boxes, area(stage));
    const sizes = boxes.map(({ width, height }) => width * height);
    expect(sizes.indexOf(Math.max(...sizes))).toBe(0);
  });

  it("gives nobody more room when somebody comes", () => {
    const sizes = COUNTS.map((count) => gridBoxes(count, area(stage))[0]?.width ?? 0);
    const heights = COUNTS.map((count) => gridBoxes(count, area(stage))[0]?.height ?? 0);
    const areas = sizes.map((width, index) => width * (heights[index] ?? 0));
    expect(areas.slice(1).every((size, index) => size <= (areas[index] ?? 0) + SLACK)).toBe(true);
  });
});

describe("shape", () => {
  const rows = (boxes: readonly Box[]) => new Set(boxes.map(({ y }) => Math.round(y))).size;

  it.each([
    [1904, 900, 1, 1],
    [1904, 900, 2, 1],
    [1904, 900, 4, 2],
    [1904, 900, 5, 2],
    [1904, 900, 16, 4],
    [344, 560, 2, 2],
    [344, 560, 3, 3],
    [724, 240, 5, 2],
  ])("%d x %d, %d people: %d rows", (width, height, count, expected) => {
    expect(rows(gridBoxes(count, { x: 0, y: 0, width, height }))).toBe(expected);
  });

  it("centres the last row", () => {
    const boxes = gridBoxes(5, { x: 0, y: 0, width: 1200, height: 800 });
    const [, , , fourth, fifth] = boxes as [Box, Box, Box, Box, Box];
    expect(fourth.x).toBeCloseTo(1200 - fifth.x - fifth.width);
  });

  it("puts the strip at the right of a lying stage and below on a standing one", () => {
    const [, beside] = focusBoxes(4, { x: 0, y: 0, width: 1600, height: 900 }) as [Box, Box];
    expect(beside.x).toBeGreaterThan(1000);
    const [, below] = focusBoxes(4, { x: 0, y: 0, width: 344, height: 560 }) as [Box, Box];
    expect(below.y).toBeGreaterThan(150);
  });

  it("has nothing to place on no stage", () => {
    expect(gridBoxes(3, { x: 0, y: 0, width: 0, height: 0 })).toEqual([]);
    expect(gridBoxes(0, { x: 0, y: 0, width: 800, height: 600 })).toEqual([]);
  });
});
