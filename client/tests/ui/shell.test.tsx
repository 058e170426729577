import { fireEvent, render, screen, waitFor } from "@testing-library/preact";
import { Users } from "lucide-preact";
import { describe, expect, it, vi } from "vitest";
import type { MenuItem } from "../../src/ui/common/menu/items";
import { Menu } from "../../src/ui/common/menu/Menu";
import { PanelBody } from "../../src/ui/room/panels/PanelBody";
import type { Panel } from "../../src/ui/room/panels/panel";
import { FakeClassroom, person, snapshot } from "./fake-classroom";
import { called, show } from "./setup";

const inRoom = (changes: Parameters<typeof snapshot>[0] = {}) =>
  new FakeClassroom({ joined: true, room: snapshot(changes) });
const more = () => screen.getByRole("button", { name: "More" });
const focused = () => document.activeElement?.textContent ?? "";
const press = (key: string) => fireEvent.keyDown(document.activeElement ?? document.body, { key });

/** A screen for which the media queries about width hold. */
function onPhone(): void {
  vi.stubGlobal("matchMedia", (query: string) => ({
    matches: query.includes("max-width"),
    addEventListener() {},
    removeEventListener() {},
  }));
}

describe("the menu behind More", () => {
  it("is a menu button: opens by keyboard on its first entry, Escape gives the focus back", async () => {
    show(inRoom());
    expect(more().getAttribute("aria-haspopup")).toBe("menu");
    more().focus();
    press("ArrowDown");
    expect(more().getAttribute("aria-expanded")).toBe("true");
    expect(document.activeElement?.getAttribute("role")).toMatch(/^menuitem/);
    press("End");
    expect(focused()).toBe("What is kept of me?");
    press("Escape");
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
    expect(document.activeElement).toBe(more());
  });

  it("closes on a press beside it, and leaves the focus alone", async () => {
    show(inRoom());
    fireEvent.click(more());
    fireEvent.pointerDown(document.body);
    await waitFor(() => expect(screen.queryByRole("menu")).toBeNull());
  });

  it("marks the person as away, and back", async () => {
    const classroom = show(inRoom());
    fireEvent.click(more());
    fireEvent.click(screen.getByRole("menuitemcheckbox", { name: /I am away/, checked: false }));
    classroom.room.value = snapshot({ participants: [person(0), person(1, { presence: "away" })] });
    fireEvent.click(more());
    fireEvent.click(await screen.findByRole("menuitemcheckbox", { name: /I am away/, checked: true }));
    expect(called(classroom, "setAway")).toEqual([[true], [false]]);
  });

  it("on a phone holds what has no button there, with its number", () => {
    onPhone();
    const classroom = show(
      inRoom({ hands: [{ participant_id: "p3", raised_at_ms: 1, spoken_at_ms: null }] }),
    );
    expect(screen.queryByRole("button", { name: "People" })).toBeNull();
    expect(screen.getByRole("button", { name: "Chat" })).toBeTruthy();
    expect(more().querySelector("[data-count='1']")).toBeTruthy();
    fireEvent.click(more());
    fireEvent.click(screen.getByRole("menuitem", { name: /People.*1 hand raised/ }));
    expect(screen.getByRole("dialog", { name: "People" })).toBeTruthy();
    expect(classroom.failures.size).toBe(0);
  });
});

describe("reactions", () => {
  it("are sent from the toolbar, and told gathered, without one's own", async () => {
    const classroom = show(inRoom());
    fireEvent.click(screen.getByRole("button", { name: "React" }));
    fireEvent.click(screen.getByRole("menuitem", { name: /Applause/ }));
    expect(called(classroom, "reactions.send")).toEqual([["applause"]]);
    classroom.reactions.shown.value = [
      { id: 1, participantId: "p1", reaction: "applause" },
      { id: 2, participantId: "p2", reaction: "applause" },
      { id: 3, participantId: "p4", reaction: "applause" },
    ];
    await screen.findByText("Applause: Léa and Fatou Diallo.", {}, { timeout: 5000 });
    const own = screen.getByRole("group", { name: "Karim Haddad" });
    expect(own.querySelector("[data-reaction=applause]")).toBeTruthy();
  });
});

describe("a menu", () => {
  const chosen: string[] = [];
  const item = (label: string): MenuItem => ({
    key: label,
    kind: "action",
    label,
    action: () => chosen.push(label),
  });
  const items: readonly MenuItem[] = [
    item("Écran"),
    { key: "more", kind: "submenu", label: "Layout", items: [item("Gallery"), item("Speaker")] },
    item("Last"),
  ];
  const open = () => {
    const closed: boolean[] = [];
    render(<Menu id="m" label="Menu" items={items} onClose={(refocus) => closed.push(refocus)} />);
    return closed;
  };

  it("goes round with the arrows and finds by the first letter, accents or not", () => {
    open();
    expect(focused()).toBe("Écran");
    press("ArrowUp");
    expect(focused()).toBe("Last");
    press("ArrowDown");
    press("l");
    expect(focused()).toBe("Layout");
    press("l");
    expect(focused()).toBe("Last");
    press("e");
    expect(focused()).toBe("Écran");
  });

  it("opens a menu within it in its place, and comes back to where it was", async () => {
    const closed = open();
    press("l");
    press("ArrowRight");
    await waitFor(() => expect(screen.getByRole("menu", { name: "Layout" })).toBeTruthy());
    press("ArrowLeft");
    await waitFor(() => expect(focused()).toBe("Layout"));
    press("ArrowRight");
    fireEvent.click(await screen.findByRole("menuitem", { name: "Speaker" }));
    expect(chosen).toEqual(["Speaker"]);
    expect(closed).toEqual([true]);
  });
});

describe("a panel that comes when it is opened", () => {
  it("says so if it cannot be loaded, and tries again", async () => {
    const Content = () => <p>here it is</p>;
    const load = vi.fn().mockRejectedValueOnce(new Error("offline")).mockResolvedValue(Content);
    const panel: Panel = { name: "notes", icon: Users, title: () => "Notes", content: { load } };
    render(<PanelBody panel={panel} />);
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    await screen.findByText("here it is");
    expect(load).toHaveBeenCalledTimes(2);
  });
});
