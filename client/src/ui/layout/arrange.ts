/** Which picture stands where, and how large. Pure: the same room on the same stage gives the same picture. */
import type { Tile } from "../../core/api";
import type { Layout } from "./choice";
import { type Box, focusBoxes, gridBoxes } from "./grid";
import { isInterpreting, reserveForInterpreters } from "./interpreters";

export interface Arrangement {
  readonly layout: Layout;
  readonly pinned: string | null;
  /** Who has the floor, in the speaker layout. */
  readonly floor: string | null;
  readonly hideSelf: boolean;
  readonly hideOthers: boolean;
}

export interface Placed {
  readonly tile: Tile;
  /** Null: not on the wall now. */
  readonly box: Box | null;
  /** Whether its picture is to be seen (and sent to us at all). */
  readonly pictured: boolean;
}

/** Faces beside a screen that wants the room. Interpreters are shown beyond that. */
const FACES_MAX = 4;

/** Every tile, most important first. `tiles`: as the classroom orders them. `area` null: its size is not known yet. */
export function arrange(tiles: readonly Tile[], wanted: Arrangement, area: Box | null): readonly Placed[] {
  const alone = tiles.every((tile) => tile.self);
  const shown = tiles.filter(
    (tile) => !(wanted.hideSelf && !alone && tile.self && tile.kind === "camera" && !tile.spotlight),
  );
  const large = largeTile(shown, wanted);
  const rest = shown.filter((tile) => tile !== large);
  const small = wanted.layout === "screen" && large?.kind === "screen" ? faces(rest, wanted.floor) : rest;
  // Interpreters have a place of their own, beside whatever else there is.
  const interpreting = small.filter(isInterpreting);
  const interpreters = large !== null || interpreting.length < small.length ? interpreting : [];
  const others = small.filter((tile) => !interpreters.includes(tile));
  const first = large === null ? [] : [large];
  const onWall = [...first, ...interpreters, ...others];
  const boxes = area === null ? [] : boxesFor(first.length, interpreters.length, others.length, area);
  const hidden = tiles.filter((tile) => !onWall.includes(tile));
  return [
    ...onWall.map((tile, index) => {
      const box = boxes[index] ?? null;
      return { tile, box, pictured: box !== null && !isHidden(tile, wanted) };
    }),
    ...hidden.map((tile) => ({ tile, box: null, pictured: false })),
  ];
}

/** In this order: the large one, interpreters, the others. */
function boxesFor(large: number, interpreters: number, others: number, area: Box): readonly Box[] {
  const reserved = reserveForInterpreters(interpreters, area);
  const main = (large === 0 ? gridBoxes : focusBoxes)(large + others, reserved.rest);
  return [...main.slice(0, large), ...reserved.boxes, ...main.slice(large)];
}

function isHidden(tile: Tile, { hideOthers }: Arrangement): boolean {
  return hideOthers && !tile.self && tile.kind === "camera" && tile.participant.role !== "interpreter";
}

/** A pin comes first, by whatever layout; null: all alike. */
function largeTile(tiles: readonly Tile[], { layout, pinned, floor }: Arrangement): Tile | null {
  const pin = tiles.find((tile) => tile.key === pinned);
  if (pin !== undefined) return pin;
  if (layout === "gallery") return null;
  const screen = tiles.find((tile) => tile.kind === "screen") ?? null;
  const spotlight = tiles.find((tile) => tile.spotlight) ?? null;
  if (layout !== "speaker") return screen ?? spotlight;
  const speaker = tiles.find((tile) => tile.kind === "camera" && tile.participant.id === floor);
  // Before anybody has spoken: whoever comes first, which is a trainer.
  return spotlight ?? speaker ?? tiles.find((tile) => tile.kind === "camera") ?? null;
}

/** Interpreters, who has the floor, then in the classroom's order (spotlight and trainers first). */
function faces(tiles: readonly Tile[], floor: string | null): readonly Tile[] {
  const interpreters = tiles.filter((tile) => tile.participant.role === "interpreter");
  const others = tiles.filter((tile) => tile.participant.role !== "interpreter");
  const speaker = others.filter((tile) => tile.participant.id === floor);
  const rest = others.filter((tile) => tile.participant.id !== floor);
  return [...interpreters, ...[...speaker, ...rest].slice(0, FACES_MAX)];
}
