/**
 * Where interpreters stand. Whoever needs one follows nothing without: the picture has a place of its own in every layout, large enough
 * to read hands and lips, whatever the others do. Pure geometry in CSS pixels.
 */
import type { Tile } from "../../core/api";
import { type Box, gridBoxes } from "./grid";

/** The share of the stage, and the least and the most of it. */
const SHARE = 0.25;
const LEAST_WIDTH_PX = 240;
const MOST_WIDTH_PX = 440;
const LEAST_HEIGHT_PX = 160;
const MOST_HEIGHT_PX = 300;
/** Never more than this share: the others are to be seen as well. */
const MOST_SHARE = 0.5;
const GAP_PX = 8;
/** Their pictures are never cropped: a taller place would be mostly empty. */
const MIN_ASPECT = 4 / 3;

export interface Reserved {
  /** What is left for the others. */
  readonly rest: Box;
  readonly boxes: readonly Box[];
}

export function isInterpreting(tile: Tile): boolean {
  return tile.kind === "camera" && tile.participant.role === "interpreter" && tile.participant.media.camera;
}

/** `count` places at the left of a lying stage, at the top of a standing one: where captions and faces never come. */
export function reserveForInterpreters(count: number, area: Box): Reserved {
  if (count === 0) return { rest: area, boxes: [] };
  if (area.width > area.height * 1.1) {
    const wanted = Math.min(Math.max(area.width * SHARE, LEAST_WIDTH_PX), MOST_WIDTH_PX);
    const width = Math.min(wanted, area.width * MOST_SHARE);
    const left = width + GAP_PX;
    return {
      rest: { ...area, x: area.x + left, width: area.width - left },
      boxes: gridBoxes(count, { ...area, width }, GAP_PX, MIN_ASPECT),
    };
  }
  const wanted = Math.min(Math.max(area.height * SHARE, LEAST_HEIGHT_PX), MOST_HEIGHT_PX);
  const height = Math.min(wanted, area.height * MOST_SHARE);
  const top = height + GAP_PX;
  return {
    rest: { ...area, y: area.y + top, height: area.height - top },
    boxes: gridBoxes(count, { ...area, height }, GAP_PX, MIN_ASPECT),
  };
}
