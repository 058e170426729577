import { describe, expect, it } from "vitest";
import { CommandError } from "../../src/core/api";
import { MAX_UPDATE_BYTES } from "../../src/generated/protocol";
import { NotePad } from "../../src/ui/notes/pad";
import { ManualClock } from "../core/fakes";
import { FakeNotes } from "./fake-notes";

async function setUp() {
  const clock = new ManualClock();
  const notes = new FakeNotes();
  const pad = new NotePad("room", { notes, after: (ms, action) => clock.after(ms, action) });
  return { clock, notes, pad };
}

describe("a pad", () => {
  it("brings what others wrote, and sends what is written here", async () => {
    const { clock, notes, pad } = await setUp();
    notes.write("room", "Hello");
    pad.open();
    await clock.advance(0);
    expect(pad.text.toString()).toBe("Hello");
    expect(pad.state.value).toBe("saved");
    pad.text.insert(5, " y");
    pad.text.insert(7, "ou");
    expect(pad.state.value).toBe("saving");
    await clock.advance(200);
    expect(notes.text("room")).toBe("Hello you");
    expect(pad.state.value).toBe("saved");
    notes.write("room", "Oh. ");
    expect(pad.text.toString()).toBe("Oh. Hello you");
  });

  it("keeps what is written without a connection, and merges it", async () => {
    const { clock, notes, pad } = await setUp();
    pad.open();
    await clock.advance(0);
    notes.readers.clear();
    pad.lost();
    pad.text.insert(0, "mine ");
    notes.write("room", "theirs ");
    await clock.advance(5_000);
    expect(pad.state.value).toBe("offline");
    expect(notes.text("room")).toBe("theirs ");
    pad.open();
    await clock.advance(0);
    expect(pad.state.value).toBe("saved");
    expect(notes.text("room")).toBe(pad.text.toString());
    expect([...notes.text("room").split(" ")].sort()).toEqual(["", "mine", "theirs"]);
  });

  it("tries again what was refused, and says why meanwhile", async () => {
    const { clock, notes, pad } = await setUp();
    pad.open();
    await clock.advance(0);
    pad.text.insert(0, "too much");
    notes.failure = new CommandError("note_full");
    await clock.advance(200);
    expect([pad.state.value, pad.problem.value]).toEqual(["refused", "note_full"]);
    await clock.advance(2_000);
    expect([pad.state.value, pad.problem.value]).toEqual(["saved", null]);
    expect(notes.text("room")).toBe("too much");
  });

  it("sends in pieces what is too large for one update", async () => {
    const { clock, notes, pad } = await setUp();
    for (let page = 0; page < 10; page += 1) pad.text.insert(0, `${page}`.repeat(12_000));
    pad.open();
    await clock.advance(1_000);
    expect(notes.text("room").length).toBe(120_000);
    expect(120_000).toBeGreaterThan(MAX_UPDATE_BYTES);
    expect(pad.state.value).toBe("saved");
  });

  it("still saves what was written last when it is closed", async () => {
    const { clock, notes, pad } = await setUp();
    pad.open();
    await clock.advance(0);
    pad.text.insert(0, "bye");
    pad.close();
    expect(notes.readers.size).toBe(1);
    await clock.advance(200);
    expect(notes.text("room")).toBe("bye");
    expect(notes.readers.size).toBe(0);
  });
});
