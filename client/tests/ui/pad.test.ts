import { describe, expect, it } from "vitest";
import { CommandError } from "../../src/core/api";
import { Store } from "../../src/core/store";
import { MAX_UPDATE_BYTES } from "../../src/generated/protocol";
import { KEPT_BYTES, KeptUpdates } from "../../src/ui/notes/kept";
import { NotePad, Pads } from "../../src/ui/notes/pad";
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

describe("a reload", () => {
  const page = (clock: ManualClock, notes: FakeNotes, owner = "r/ana") =>
    new Pads({ notes, after: (ms, action) => clock.after(ms, action) }, new KeptUpdates(owner));

  it("without a connection loses no word, and brings each once", async () => {
    const { clock, notes } = await setUp();
    notes.write("room", "Plan.");
    const before = page(clock, notes);
    before.of("room").open();
    await clock.advance(0);
    before.of("room").lost();
    before.of("room").text.insert(5, " Mine.");
    before.keep();

    const offline = page(clock, notes);
    offline.keep(); // reloaded again, before anything could be sent
    const after = page(clock, notes);
    after.deliver();
    await clock.advance(200);
    expect(notes.text("room")).toBe("Plan. Mine.");
    after.keep();
    expect(new KeptUpdates("r/ana").notes).toEqual([]);

    // The first page's words come once more: nothing is written twice.
    before.keep();
    const again = page(clock, notes);
    again.of("room").open();
    await clock.advance(200);
    expect([notes.text("room"), again.of("room").state.value]).toEqual(["Plan. Mine.", "saved"]);
  });

  it("gives nobody else's words away, and no storage more than it holds", async () => {
    const { clock, notes } = await setUp();
    const before = page(clock, notes);
    before.of("room").text.insert(0, "mine");
    before.of("1-1").text.insert(0, "x".repeat(KEPT_BYTES));
    before.keep();
    expect(new KeptUpdates("r/ana").notes).toEqual(["room"]);
    expect(new KeptUpdates("r/ben").notes).toEqual([]);
    new Store(sessionStorage).write("notes", { owner: "r/ana", kept: { room: "%%%", other: 7 } });
    expect(new KeptUpdates("r/ana").get("room")).toBeNull();
    expect(new KeptUpdates("r/ana").get("other")).toBeNull();
  });
});
