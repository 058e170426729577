import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import golden from "../../../tests/golden/room_traces.json";
import { fold } from "../../src/core/reducer";
import type { Snapshot, ViewedEvent } from "../../src/generated/protocol";

interface Trace {
  name: string;
  viewer: string;
  before: Snapshot;
  events: [seq: number, atMs: number, type: string, payload: object][];
  after: Snapshot;
}

const protocol = readFileSync(join(import.meta.dirname, "../../src/generated/protocol.ts"), "utf8");
const traces = golden as unknown as Trace[];

function deepFreeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) Object.values(value).forEach(deepFreeze);
  return Object.freeze(value);
}

describe("fold agrees with rooms.views.fold on every golden trace", () => {
  it.each(traces.map((trace) => [trace.name, trace] as const))("%s", (_name, { before, events, after }) => {
    let room = deepFreeze(before);
    for (const [seq, , type, payload] of events)
      room = deepFreeze(fold(room, seq, { ...payload, type } as ViewedEvent));
    expect(room).toEqual(after);
  });

  it("knows every type of event that the traces have, and they have them all", () => {
    const types = new Set(traces.flatMap(({ events }) => events.map(([, , type]) => type)));
    const union = /export type ViewedEvent =([^;]+);/.exec(protocol)?.[1] ?? "";
    expect(types.size).toBe(union.match(/\w+/g)?.length);
  });
});

it("an event of a newer server changes nothing but the order", () => {
  const before = traces[1]?.before as Snapshot;
  const event = { type: "room.painted", colour: "blue" } as unknown as ViewedEvent;
  expect(fold(before, before.seq + 1, event)).toEqual({ ...before, seq: before.seq + 1 });
});
