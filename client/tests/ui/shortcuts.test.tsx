import { fireEvent, screen, within } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import { chordOf } from "../../src/ui/shortcuts/chord";
import { FakeClassroom, snapshot } from "./fake-classroom";
import { called, chooseMore, show } from "./setup";

const press = (target: Element | Document, init: KeyboardEventInit) => fireEvent.keyDown(target, init);
const alt = (letter: string): KeyboardEventInit => ({
  key: letter,
  code: `Key${letter.toUpperCase()}`,
  altKey: true,
});

function enter(): FakeClassroom {
  return show(new FakeClassroom({ joined: true, room: snapshot() }));
}

async function openList(): Promise<void> {
  chooseMore("Settings");
  fireEvent.click(await screen.findByRole("tab", { name: "Keyboard shortcuts" }));
  await screen.findByLabelText("Use keyboard shortcuts");
}

async function change(what: string): Promise<HTMLElement> {
  fireEvent.click(screen.getByRole("button", { name: `Change the keys for: ${what}` }));
  return screen.findByRole("textbox", { name: "Press the new keys" });
}

describe("the name of what was pressed", () => {
  it.each<[KeyboardEventInit, string | null]>([
    [{ key: "m", altKey: true }, "Alt+M"],
    [{ key: "µ", code: "KeyM", altKey: true }, "Alt+M"], // Option on a Mac
    [{ key: "M", altKey: true, shiftKey: true }, "Alt+Shift+M"],
    [{ key: "?", shiftKey: true }, "?"],
    [{ key: "k" }, "K"],
    [{ key: "F8" }, "F8"],
    [{ key: "F5" }, null],
    [{ key: "t", ctrlKey: true }, null],
    [{ key: "€", ctrlKey: true, altKey: true }, null], // AltGr
    [{ key: "Tab" }, null],
    [{ key: "Enter" }, null],
    [{ key: " " }, null],
    [{ key: "Dead", code: "BracketLeft" }, null],
  ])("%o: %s", (init, chord) => {
    expect(chordOf(new KeyboardEvent("keydown", init))).toBe(chord);
  });
});

describe("shortcuts", () => {
  it("are shown by the question mark, but not while one is typing", async () => {
    enter();
    fireEvent.click(screen.getByRole("button", { name: "Chat" }));
    press(await screen.findByRole("textbox", { name: "Message" }), { key: "?", shiftKey: true });
    expect(screen.queryByRole("dialog")).toBeNull();
    press(document, { key: "?", shiftKey: true });
    const help = await screen.findByRole("dialog", { name: "Keyboard shortcuts" });
    expect(within(help).getByText("Raise or lower hand")).toBeTruthy();
    expect(within(help).queryByText("Open or close: Breakouts")).toBeNull();
  });

  it("give push-to-talk a key of its own, one alone and not in use", async () => {
    enter();
    await openList();
    const field = await change("Speak while you hold it (if you chose so)");
    press(field, alt("y"));
    expect((await screen.findByText(/One key alone/)).className).toBe("field__error");
    press(field, { key: "?", shiftKey: false });
    await screen.findByText(/\? is used already/);
    press(field, { key: "t", code: "KeyT" });
    expect(JSON.parse(localStorage.getItem("momentum.shortcut_keys") ?? "")).toEqual({ talk: "T" });
    const hand = await change("Raise or lower hand");
    press(hand, { key: "t", code: "KeyT" });
    await screen.findByText(/T is used already: Speak while you hold it/);
  });

  it("get new keys, told by the button's tooltip, and remembered", async () => {
    const classroom = enter();
    await openList();
    press(await change("Raise or lower hand"), alt("y"));
    press(document, alt("h"));
    expect(called(classroom, "raiseHand")).toHaveLength(0);
    press(document, alt("y"));
    expect(called(classroom, "raiseHand")).toHaveLength(1);
    expect(screen.getByRole("button", { name: "Raise hand" }).title).toBe("Raise hand (Alt+Y)");
    expect(JSON.parse(localStorage.getItem("momentum.shortcut_keys") ?? "")).toEqual({ hand: "Alt+Y" });
    fireEvent.click(await screen.findByRole("button", { name: "Restore the usual keys" }));
    press(document, alt("h"));
    expect(called(classroom, "raiseHand")).toHaveLength(2);
  });

  it("never share keys, and leave the browser its own", async () => {
    enter();
    await openList();
    const field = await change("Raise or lower hand");
    press(field, alt("m"));
    await screen.findByText(/Alt\+M is used already: Microphone on or off/);
    press(field, { key: "t", ctrlKey: true });
    await screen.findByText(/belong to your browser/);
    press(field, { key: "Escape" });
    expect(screen.queryByRole("textbox", { name: "Press the new keys" })).toBeNull();
    expect(localStorage.getItem("momentum.shortcut_keys")).toBeNull();
  });

  it("can do without keys, one by one", async () => {
    const classroom = enter();
    await openList();
    await change("Raise or lower hand");
    fireEvent.click(screen.getByRole("button", { name: "Use no keys" }));
    press(document, alt("h"));
    expect(called(classroom, "raiseHand")).toHaveLength(0);
    expect(await screen.findByText("no keys")).toBeTruthy();
  });
});
