/** Where a bubble stands that belongs to a word. Pure; all in CSS pixels of the window. */

interface Word {
  readonly left: number;
  readonly top: number;
  readonly bottom: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

const GAP = 6;
const EDGE = 8;

/** Under the word, above it where there is no room below; never beyond the window's edges. */
export function bubbleBeside(
  word: Word,
  bubble: Size,
  window: Size,
): { readonly left: number; readonly top: number } {
  const below = word.bottom + GAP;
  const above = word.top - GAP - bubble.height;
  const top = below + bubble.height > window.height - EDGE && above >= EDGE ? above : below;
  return { left: Math.max(EDGE, Math.min(word.left, window.width - EDGE - bubble.width)), top };
}
