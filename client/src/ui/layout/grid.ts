/** Where the pictures stand. Pure geometry in CSS pixels: the same people in the same place give the same boxes. */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const GAP_PX = 8;
/** A tile is no wider than 16:9, and no narrower than this, on a stage that lies and one that stands (phones). */
const MAX_ASPECT = 16 / 9;
const MIN_ASPECT_LYING = 6 / 5;
const MIN_ASPECT_STANDING = 3 / 4;
/** The strip of faces takes this share of a lying stage, at least and at most; of a standing one, up to half. */
const STRIP_MIN = 0.16;
const STRIP_MAX = 0.34;
/** So many faces stand in two columns; each still has room for a name. */
const CROWD = 9;
const STRIP_MIN_CROWD = 0.2;

interface Grid {
  readonly columns: number;
  readonly width: number;
  readonly height: number;
}

/** Boxes for `count` equal tiles that cover as much of `area` as possible, rows centred. Pictures are cropped to them. */
export function gridBoxes(count: number, area: Box, gap = GAP_PX, minAspect = minAspectOn(area)): Box[] {
  const best = bestGrid(count, area, gap, minAspect);
  if (best === null) return [];
  const rows = Math.ceil(count / best.columns);
  const top = area.y + (area.height - rows * best.height - (rows - 1) * gap) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / best.columns);
    const inRow = Math.min(best.columns, count - row * best.columns);
    const left = area.x + (area.width - inRow * best.width - (inRow - 1) * gap) / 2;
    const column = index % best.columns;
    return {
      x: left + column * (best.width + gap),
      y: top + row * (best.height + gap),
      width: best.width,
      height: best.height,
    };
  });
}

function minAspectOn(area: Box): number {
  return area.width < area.height ? MIN_ASPECT_STANDING : MIN_ASPECT_LYING;
}

function bestGrid(count: number, area: Box, gap: number, minAspect: number): Grid | null {
  let best: Grid | null = null;
  for (let columns = 1; columns <= count; columns += 1) {
    const rows = Math.ceil(count / columns);
    const cellWidth = (area.width - gap * (columns - 1)) / columns;
    const cellHeight = (area.height - gap * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const width = Math.min(cellWidth, cellHeight * MAX_ASPECT);
    const height = Math.min(cellHeight, cellWidth / minAspect);
    if (best === null || width * height > best.width * best.height) best = { columns, width, height };
  }
  return best;
}

/** First box: one large picture. The others: everybody else in a strip at its right, or below it on a tall stage. */
export function focusBoxes(count: number, area: Box, gap = GAP_PX): Box[] {
  if (count <= 1) return gridBoxes(count, area, gap);
  const wide = area.width > area.height * 1.1;
  const length = wide ? area.width : area.height;
  const natural = wide ? area.height * MAX_ASPECT : area.width / MAX_ASPECT;
  const most = wide ? length * STRIP_MAX : (length - gap) / 2;
  const least = count > CROWD ? STRIP_MIN_CROWD : STRIP_MIN;
  const strip = Math.min(Math.max(length - natural - gap, length * least), most);
  const main = Math.max(0, length - strip - gap);
  const large: Box = wide ? { ...area, width: main } : { ...area, height: main };
  const side: Box = wide
    ? { ...area, x: area.x + main + gap, width: strip }
    : { ...area, y: area.y + main + gap, height: strip };
  return [large, ...gridBoxes(count - 1, side, gap)];
}
