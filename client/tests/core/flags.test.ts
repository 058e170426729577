import { beforeEach, describe, expect, it } from "vitest";
import { CommandError } from "../../src/core/api";
import { FlagSync } from "../../src/core/flags";
import type { MediaFlags } from "../../src/generated/protocol";
import { FLAGS_OFF, settle } from "./fakes";

type Told = { change: object; ok: () => void; refuse: (code: string) => void };

let local: MediaFlags;
let told: Told[];
let flags: FlagSync;

beforeEach(() => {
  local = FLAGS_OFF;
  told = [];
  flags = new FlagSync({
    local: () => local,
    turnOff: (flag) => {
      local = { ...local, [flag]: false };
    },
    tell: (change) =>
      new Promise((resolve, reject) => {
        told.push({
          change,
          ok: () => resolve({ seq: 1 }),
          refuse: (code) => reject(new CommandError(code)),
        });
      }),
  });
});

const changes = () => told.map(({ change }) => change);

it("tells a fresh session what is on already", async () => {
  local = { ...FLAGS_OFF, microphone: true, camera: true };
  flags.begin(FLAGS_OFF);
  await settle();
  expect(changes()).toEqual([{ microphone: true, camera: true }]);
});

it("tells nothing without a session", async () => {
  local = { ...FLAGS_OFF, microphone: true };
  await flags.settle();
  expect(told).toEqual([]);
});

it("tells what changed while it was telling", async () => {
  flags.begin(FLAGS_OFF);
  local = { ...FLAGS_OFF, microphone: true };
  const settled = flags.settle();
  local = { ...FLAGS_OFF, camera: true };
  told[0]?.ok();
  await settle();
  expect(changes()).toEqual([{ microphone: true }, { microphone: false, camera: true }]);
  told[1]?.ok();
  await settled;
});

describe("a trainer who mutes", () => {
  it("turns the microphone off here", async () => {
    local = { ...FLAGS_OFF, microphone: true };
    flags.begin(local);
    flags.heard(FLAGS_OFF, true);
    await settle();
    expect(local.microphone).toBe(false);
    expect(told).toEqual([]);
  });

  it("wins over one's own change that is on its way, whichever the room took first", async () => {
    flags.begin(FLAGS_OFF);
    local = { ...FLAGS_OFF, microphone: true };
    void flags.settle();
    flags.heard({ ...FLAGS_OFF, microphone: true }, false);
    flags.heard(FLAGS_OFF, true);
    expect(local.microphone).toBe(false);
    told[0]?.ok();
    await settle();
    expect(changes()).toEqual([{ microphone: true }, { microphone: false }]);
  });

  it("never turns anything on", () => {
    flags.begin(FLAGS_OFF);
    flags.heard({ microphone: true, camera: true, screen: true }, true);
    expect(local).toEqual(FLAGS_OFF);
  });
});

it("turns off here what the room refuses, and says so", async () => {
  flags.begin(FLAGS_OFF);
  local = { ...FLAGS_OFF, screen: true };
  const settled = flags.settle();
  told[0]?.refuse("screen_taken");
  await expect(settled).rejects.toMatchObject({ code: "screen_taken" });
  expect(local.screen).toBe(false);
});

it("repeats in the new session what was lost with the old one", async () => {
  flags.begin(FLAGS_OFF);
  local = { ...FLAGS_OFF, camera: true };
  const settled = flags.settle();
  flags.begin(FLAGS_OFF);
  told[0]?.refuse("connection_lost");
  await settle();
  expect(changes()).toEqual([{ camera: true }, { camera: true }]);
  told[1]?.ok();
  await settled;
  expect(local.camera).toBe(true);
});

describe("several flags, of which the room refuses one", () => {
  it("are told singly: the others stay on, and the refusal is said", async () => {
    flags.begin(FLAGS_OFF);
    local = { microphone: true, camera: true, screen: true };
    const settled = flags.settle();
    told[0]?.refuse("microphone_forbidden");
    await settle();
    told[1]?.refuse("microphone_forbidden");
    await settle();
    told[2]?.ok();
    await settle();
    told[3]?.ok();
    await expect(settled).rejects.toMatchObject({ code: "microphone_forbidden" });
    expect(changes()).toEqual([
      { microphone: true, camera: true, screen: true },
      { microphone: true },
      { camera: true },
      { screen: true },
    ]);
    expect(local).toEqual({ microphone: false, camera: true, screen: true });
  });

  it("are repeated in the new session when the old one is lost half way", async () => {
    flags.begin(FLAGS_OFF);
    local = { ...FLAGS_OFF, microphone: true, camera: true };
    const settled = flags.settle();
    told[0]?.refuse("microphone_forbidden");
    await settle();
    told[1]?.refuse("microphone_forbidden");
    await settle();
    flags.begin(FLAGS_OFF);
    told[2]?.refuse("connection_lost");
    await expect(settled).rejects.toMatchObject({ code: "microphone_forbidden" });
    expect(local).toEqual({ ...FLAGS_OFF, camera: true });
    void flags.settle();
    expect(changes().at(-1)).toEqual({ camera: true });
  });
});
