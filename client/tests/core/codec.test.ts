import { decode, encode } from "@msgpack/msgpack";
import { describe, expect, it } from "vitest";
import golden from "../../../tests/golden/frames.json";
import { decodeServerFrame, encodeRequest, MalformedFrame } from "../../src/core/codec";

interface Golden {
  from: "client" | "server";
  hex: string;
  frame: unknown[];
}

/** JSON has no binary: `{"$binary": hex}` stands for it. */
function revived(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  if ("$binary" in value) return bytesOf(String(value.$binary));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revived(inner)]));
}

const frames = revived(golden) as Golden[];
const named = (from: string) =>
  frames
    .filter((one) => one.from === from)
    .map((one) => [`${one.frame.slice(0, 4)}`.slice(0, 60), one] as const);

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

describe("golden frames", () => {
  it.each(named("client"))("encodes %s as the server's codec does", (_name, { hex, frame }) => {
    const [ref, type, payload] = frame as [number, string, object];
    const bytes = encodeRequest(ref, type, payload);
    expect(decode(bytes)).toEqual(frame);
    expect(bytes).toEqual(bytesOf(hex));
  });

  it.each(named("server"))("decodes %s", (_name, { hex, frame }) => {
    const decoded = decodeServerFrame(bytesOf(hex));
    const [kind, first, second, third, fourth] = frame as [string, never, never, string, object];
    const expected = {
      ok: { kind: "ok", ref: first, result: second },
      error: { kind: "error", ref: first, error: second },
      event: { kind: "event", seq: first, atMs: second, event: { ...fourth, type: third } },
      push: { kind: "push", push: { ...(second as object), type: first } },
    }[kind];
    expect(decoded).toEqual(expected);
  });
});

describe("what is no frame", () => {
  const cases: [string, Uint8Array][] = [
    ["nothing", new Uint8Array()],
    ["a byte that MessagePack never uses", bytesOf("c1")],
    ["a map", encode({ ok: 1 })],
    ["an unknown kind", encode(["fine", 1, {}])],
    ["a negative ref", encode(["ok", -1, {}])],
    ["an error without a code", encode(["error", 0, {}])],
    ["an event without a payload", encode(["event", 1, 2, "hand.raised"])],
    ["a truncated frame", encode(["push", "ping", { sent_at_ms: 1 }]).slice(0, -3)],
  ];

  it.each(cases)("%s is refused", (_name, bytes) => {
    expect(() => decodeServerFrame(bytes)).toThrow(MalformedFrame);
  });
});

it("leaves undefined fields out", () => {
  expect(decode(encodeRequest(7, "hello", { token: "t", resume: undefined }))).toEqual([
    7,
    "hello",
    { token: "t" },
  ]);
});
