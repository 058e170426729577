import { fireEvent, screen, waitFor } from "@testing-library/preact";
import { describe, expect, it } from "vitest";
import type { Tile } from "../../src/core/api";
import { type Arrangement, arrange } from "../../src/ui/layout/arrange";
import { layoutFor } from "../../src/ui/layout/choice";
import { Floor } from "../../src/ui/layout/floor";
import { FakeClassroom, people, person, snapshot } from "./fake-classroom";
import { show } from "./setup";

const AREA = { x: 0, y: 0, width: 1600, height: 900 };
const PLAIN: Arrangement = { layout: "auto", pinned: null, floor: null, hideSelf: false, hideOthers: false };

function tile(index: number, changes: Partial<Tile> = {}): Tile {
  const kind = changes.kind ?? "camera";
  const participant = changes.participant ?? person(index);
  return {
    key: `${participant.id}/${kind}`,
    participant,
    kind,
    self: index === 1,
    stream: null,
    speaking: false,
    spotlight: false,
    ...changes,
  };
}

const wall = (count: number) => Array.from({ length: count }, (_, index) => tile(index));
const screenOf = (index: number) => tile(index, { kind: "screen" });
/** Key and area of the largest picture; null: all alike. */
function largest(tiles: readonly Tile[], wanted: Partial<Arrangement>): string | null {
  const boxes = arrange(tiles, { ...PLAIN, ...wanted }, AREA).flatMap(({ tile: { key }, box }) =>
    box === null ? [] : [{ key, size: box.width * box.height }],
  );
  boxes.sort((a, b) => b.size - a.size);
  const [first, second] = boxes;
  return first !== undefined && second !== undefined && first.size > second.size * 1.5 ? first.key : null;
}

describe("who is large", () => {
  it("automatically: a screen, else the spotlight, else nobody", () => {
    expect(largest(wall(5), {})).toBeNull();
    expect(largest([tile(3, { spotlight: true }), ...wall(3)], {})).toBe("p3/camera");
    expect(largest([screenOf(2), ...wall(3)], {})).toBe("p2/screen");
  });

  it("in the gallery: nobody, not even a screen", () => {
    expect(largest([screenOf(2), ...wall(4)], { layout: "gallery" })).toBeNull();
  });

  it("in the speaker layout: who has the floor, and at first the one who comes first", () => {
    expect(largest(wall(5), { layout: "speaker", floor: "p3" })).toBe("p3/camera");
    expect(largest(wall(5), { layout: "speaker", floor: "gone" })).toBe("p0/camera");
  });

  it("in every layout: a pin", () => {
    for (const layout of ["auto", "gallery", "speaker", "screen"] as const)
      expect(largest([screenOf(2), ...wall(5)], { layout, pinned: "p4/camera" })).toBe("p4/camera");
  });
});

describe("who is on the wall", () => {
  const onWall = (tiles: readonly Tile[], wanted: Partial<Arrangement>) =>
    arrange(tiles, { ...PLAIN, ...wanted }, AREA).flatMap(({ tile: { key }, box }) =>
      box === null ? [] : [key],
    );

  it("beside a screen that wants the room: four faces, the speaker's first, and every interpreter", () => {
    const interpreter = tile(20, { participant: person(20, { role: "interpreter" }) });
    const tiles = [screenOf(0), ...wall(12), interpreter];
    expect(onWall(tiles, { layout: "screen", floor: "p9" })).toEqual([
      "p0/screen",
      "p20/camera",
      "p9/camera",
      "p0/camera",
      "p1/camera",
      "p2/camera",
    ]);
  });

  it("not oneself, by choice; but nobody sees an empty wall", () => {
    expect(onWall(wall(3), { hideSelf: true })).toEqual(["p0/camera", "p2/camera"]);
    expect(onWall([tile(1)], { hideSelf: true })).toEqual(["p1/camera"]);
  });

  it("names every tile once, so that the room can be told what is not shown", () => {
    const placed = arrange([screenOf(0), ...wall(12)], { ...PLAIN, layout: "screen" }, AREA);
    expect(new Set(placed.map(({ tile: { key } }) => key)).size).toBe(13);
    expect(placed.filter(({ pictured }) => pictured)).toHaveLength(5);
  });

  it.each([1, 2, 5, 16, 30])("%i people: none overlaps another, and all are within the stage", (count) => {
    for (const layout of ["gallery", "speaker"] as const) {
      const boxes = arrange(wall(count), { ...PLAIN, layout }, AREA).map(({ box }) => box);
      boxes.forEach((a, index) => {
        if (a === null) throw new Error("somebody is not on the wall");
        expect(a.x >= -1 && a.y >= -1 && a.x + a.width <= 1601 && a.y + a.height <= 901).toBe(true);
        for (const b of boxes.slice(index + 1))
          if (b !== null)
            expect(
              a.x + a.width <= b.x + 1 ||
                b.x + b.width <= a.x + 1 ||
                a.y + a.height <= b.y + 1 ||
                b.y + b.height <= a.y + 1,
            ).toBe(true);
      });
    }
  });
});

describe("the floor", () => {
  it("goes to the first who speaks at once, later only to who goes on speaking alone", () => {
    const floor = new Floor();
    expect(floor.observe([], 0).holder).toBeNull();
    expect(floor.observe(["a"], 10).holder).toBe("a");
    expect(floor.observe(["b"], 1000)).toEqual({ holder: "a", wakeAtMs: 2200 });
    expect(floor.observe([], 1500).holder).toBe("a");
    expect(floor.observe(["b"], 2300).wakeAtMs).toBe(3500);
    expect(floor.observe(["b"], 3500).holder).toBe("b");
    expect(floor.observe(["c", "b"], 3600)).toEqual({ holder: "b", wakeAtMs: null });
  });
});

describe("a layout for everybody", () => {
  it("holds until the person chooses another after it, and again when the trainer sets another", () => {
    expect(layoutFor({ layout: "gallery", over: null }, null)).toBe("gallery");
    expect(layoutFor({ layout: "gallery", over: null }, "speaker")).toBe("speaker");
    expect(layoutFor({ layout: "gallery", over: "speaker" }, "speaker")).toBe("gallery");
    expect(layoutFor({ layout: "gallery", over: "speaker" }, "screen")).toBe("screen");
    expect(layoutFor({ layout: "gallery", over: "speaker" }, null)).toBe("gallery");
  });
});

describe("choosing", () => {
  const inRoom = () => new FakeClassroom({ joined: true, room: snapshot() });
  it("hides others at no cost: each is told with no size", async () => {
    const classroom = show(inRoom());
    fireEvent.click(screen.getByRole("button", { name: "More" }));
    fireEvent.click(screen.getByRole("menuitem", { name: /^Layout/ }));
    fireEvent.click(await screen.findByRole("menuitemcheckbox", { name: /^Hide the others’ pictures/ }));
    await waitFor(() => expect(classroom.view.map(({ width }) => width)).toEqual([0, 0, 0, 0]));
    expect(screen.getAllByRole("group", { name: "Léa" })).toHaveLength(1);
  });

  it("remembers the layout, and pins by a button that says whom", async () => {
    show(inRoom());
    fireEvent.click(screen.getByRole("button", { name: "More" }));
    fireEvent.click(screen.getByRole("menuitem", { name: /^Layout/ }));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: /^Speaker/ }));
    expect(localStorage.getItem("momentum.layout")).toBe("speaker");
    const pin = screen.getByRole("button", { name: "Keep Léa large" });
    fireEvent.click(pin);
    await waitFor(() => expect(pin.getAttribute("aria-pressed")).toBe("true"));
  });

  it("follows the trainer's layout for all, until the person chooses another", async () => {
    const classroom = show(inRoom());
    const large = () =>
      new Set([...document.querySelectorAll<HTMLElement>(".tile")].map((one) => one.style.width)).size > 1;
    expect(large()).toBe(false);
    classroom.room.value = snapshot({ layout: "speaker" });
    await waitFor(() => expect(large()).toBe(true));
    fireEvent.click(screen.getByRole("button", { name: "More" }));
    fireEvent.click(screen.getByRole("menuitem", { name: /^Layout/ }));
    fireEvent.click(await screen.findByRole("menuitemradio", { name: /^Gallery/ }));
    await waitFor(() => expect(large()).toBe(false));
  });

  it("moves no element when the spotlight does", () => {
    const classroom = show(inRoom());
    const order = () => screen.getAllByRole("group").map((one) => one.getAttribute("aria-label"));
    const before = order();
    classroom.room.value = snapshot({ participants: people(5), spotlight: "p4" });
    expect(order()).toEqual(before);
  });
});
