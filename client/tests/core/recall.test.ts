import { beforeEach, expect, it } from "vitest";
import { Recall } from "../../src/core/recall";
import { ManualClock } from "./fakes";

let clock: ManualClock;
let told: string[];
let recall: Recall;

beforeEach(() => {
  clock = new ManualClock();
  told = [];
  recall = new Recall(clock, (key) => told.push(key));
});

it("says one minute and ten seconds", async () => {
  recall.expect(clock.now() + 90_000);
  await clock.advance(30_000);
  expect(told).toEqual(["notice.recall_60"]);
  await clock.advance(50_000);
  expect(told).toEqual(["notice.recall_60", "notice.recall_10"]);
});

it("follows an extension, and is silent when the groups close", async () => {
  recall.expect(clock.now() + 65_000);
  await clock.advance(1_000);
  recall.expect(clock.now() + 600_000);
  await clock.advance(500_000);
  expect(told).toEqual([]);
  recall.expect(null);
  await clock.advance(600_000);
  expect(told).toEqual([]);
});

it("does not make up what has passed", async () => {
  recall.expect(clock.now() + 30_000);
  await clock.advance(25_000);
  expect(told).toEqual(["notice.recall_10"]);
});
