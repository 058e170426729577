import { expect, it, vi } from "vitest";
import { type CaptionRequest, Captions, SEND_EVERY_MS, TYPING_MS, withLine } from "../../src/core/captions";
import type { CaptionLine } from "../../src/generated/protocol";
import { ManualClock } from "./fakes";

function lineOf(change: Partial<CaptionLine> = {}): CaptionLine {
  return {
    participant_id: "ben",
    name: "Ben",
    line: 1,
    text: "Hello",
    kind: "typing",
    at_ms: 0,
    done: false,
    ...change,
  };
}

function setUp() {
  const clock = new ManualClock();
  const sent: CaptionRequest[] = [];
  const request = vi.fn(async (line: CaptionRequest) => sent.push(line));
  const captions = new Captions({ clock, post: (line) => sent.push(line), request });
  return { clock, sent, request, captions };
}

it("sends the first letters at once, the others together, and the line at its end", async () => {
  const { clock, sent, captions } = setUp();
  const writer = captions.writer("typing", () => {});
  for (const text of ["H", "He", "Hel"]) writer.change(text);
  expect(sent.map(({ text }) => text)).toEqual(["H"]);
  await clock.advance(SEND_EVERY_MS);
  expect(sent.map(({ text }) => text)).toEqual(["H", "Hel"]);
  writer.change("Hello ");
  writer.finish();
  expect(sent.at(-1)).toMatchObject({ text: "Hello", done: true, kind: "typing" });
  await clock.advance(10_000);
  expect(sent).toHaveLength(3);
  expect(new Set(sent.map(({ line }) => line)).size).toBe(1);
  writer.change("Next");
  expect(sent.at(-1)?.line).toBeGreaterThan(sent[0]?.line ?? 0);
});

it("takes a line back, and begins none for nothing", async () => {
  const { clock, sent, captions } = setUp();
  const writer = captions.writer("typing", () => {});
  writer.change("");
  writer.finish();
  expect(sent).toEqual([]);
  writer.change("Oops");
  writer.change("");
  await clock.advance(SEND_EVERY_MS);
  expect(sent.at(-1)).toMatchObject({ text: "", done: false });
});

it("breaks what is longer than a line between words", async () => {
  const { clock, sent, captions } = setUp();
  captions.writer("speech", () => {}).change("word ".repeat(200));
  await clock.advance(SEND_EVERY_MS);
  const texts = sent.map(({ text }) => text.trim());
  expect(texts.every((text) => text.length <= 400 && /^(word ?)+$/.test(text))).toBe(true);
  expect(texts.join(" ")).toBe("word ".repeat(200).trim());
  expect(new Set(sent.map(({ line }) => line)).size).toBe(sent.length);
});

it("says when a finished line was refused", async () => {
  const { captions, request, clock } = setUp();
  const refused = vi.fn();
  request.mockRejectedValueOnce(new Error("no"));
  const writer = captions.writer("captioner", refused);
  writer.change("Hello");
  writer.finish();
  await clock.advance(0);
  expect(refused).toHaveBeenCalledOnce();
});

it("keeps lines where they were begun, bounded, and takes back what is empty", () => {
  const first = lineOf();
  const second = lineOf({ participant_id: "ada" });
  const lines = withLine(withLine([first], second), lineOf({ text: "Hello you" }));
  expect(lines.map(({ text }) => text)).toEqual(["Hello you", "Hello"]);
  expect(withLine(lines, lineOf({ text: "" }))).toEqual([second]);
  let many: readonly CaptionLine[] = [];
  for (let line = 0; line < 250; line += 1) many = withLine(many, lineOf({ line }));
  expect(many).toHaveLength(200);
  expect(many.at(-1)?.line).toBe(249);
});

it("says who speaks by typing, until they finish or pause", async () => {
  const { clock, captions } = setUp();
  captions.pushed({ type: "captions.line", line: lineOf() });
  captions.pushed({ type: "captions.line", line: lineOf({ participant_id: "cleo", kind: "captioner" }) });
  await clock.advance(1_000);
  captions.pushed({ type: "captions.line", line: lineOf({ participant_id: "ada" }) });
  expect(captions.typing.value).toEqual(["ben", "ada"]);
  await clock.advance(TYPING_MS - 1_000);
  expect(captions.typing.value).toEqual(["ada"]);
  captions.pushed({ type: "captions.line", line: lineOf({ participant_id: "ada", done: true }) });
  expect(captions.typing.value).toEqual([]);
  captions.pushed({ type: "captions.history", lines: [] });
  expect(captions.lines.value).toEqual([]);
});
