import { beforeEach, expect, it } from "vitest";
import { type Shown, ViewReporter } from "../../src/core/view";
import type { Tile } from "../../src/generated/protocol";
import { ManualClock } from "./fakes";

let clock: ManualClock;
let sent: (readonly Tile[])[];
let view: ViewReporter;

beforeEach(() => {
  clock = new ManualClock();
  sent = [];
  view = new ViewReporter(clock, ({ tiles }) => sent.push(tiles));
});

const tile = (width: number): Shown => ({ participantId: "ben", kind: "camera", width, height: width / 2 });

it("tells the first view at once, later ones a few times a second, the last one always", async () => {
  for (let width = 100; width <= 200; width += 10) view.set([tile(width)]);
  expect(sent.map(([first]) => first?.width)).toEqual([100]);
  await clock.advance(200);
  expect(sent.map(([first]) => first?.width)).toEqual([100, 200]);
});

it("tells nothing new when nothing changed, unless the server forgot", async () => {
  view.set([tile(100)]);
  await clock.advance(1_000);
  view.set([tile(100)]);
  expect(sent).toHaveLength(1);
  view.repeat();
  expect(sent).toHaveLength(2);
});

it("gives whole pixels within the protocol's bounds", () => {
  view.set([tile(33.4), { ...tile(1), width: 99_999, height: 3 }, { ...tile(1), height: -3 }]);
  expect(sent[0]).toEqual([
    { participant_id: "ben", kind: "camera", width: 33, height: 17 },
    { participant_id: "ben", kind: "camera", width: 16_384, height: 3 },
    { participant_id: "ben", kind: "camera", width: 0, height: 0 },
  ]);
});

it("says that nothing is wanted even before the interface has spoken, and asks again at once", async () => {
  view.limit({ pictures: 0, layer: "h", interpreters: true });
  expect(sent).toEqual([[]]);
  view.set([tile(100)]);
  await clock.advance(1_000);
  expect(sent).toHaveLength(1);
  view.limit({ pictures: 1, layer: "h", interpreters: true });
  expect(sent.at(-1)).toMatchObject([{ width: 100 }]);
});

it("neither hides nor shrinks an interpreter to save data", async () => {
  view.limit({ pictures: 1, layer: "l", interpreters: true });
  view.set([tile(1_000), tile(1_000), { ...tile(1_000), participantId: "iris", vital: true }]);
  await clock.advance(1_000);
  expect(sent.at(-1)?.map(({ height }) => height)).toEqual([199, 0, 500]);
});
