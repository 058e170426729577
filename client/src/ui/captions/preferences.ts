/** Whether and how this person reads captions, kept by this device. */
import { type Signal, signal } from "@preact/signals";
import { readStored, store } from "../stored";

export const SIZES = ["small", "medium", "large", "huge"] as const;
export const LOOKS = ["page", "dark", "yellow"] as const;
export const LINES = [2, 3, 4] as const;

export interface CaptionStyle {
  readonly size: (typeof SIZES)[number];
  readonly look: (typeof LOOKS)[number];
  readonly lines: (typeof LINES)[number];
}

export interface CaptionPreferences {
  readonly on: Signal<boolean>;
  readonly style: Signal<CaptionStyle>;
}

const ON_KEY = "momentum.captions";
const STYLE_KEY = "momentum.caption_style";
const STANDARD: CaptionStyle = { size: "medium", look: "page", lines: 2 };

/** One for the page. */
export const captionPreferences: CaptionPreferences = {
  // On: whoever does not hear must not have to find a switch first. Without captions there is no strip.
  on: signal(readStored(ON_KEY) !== "off"),
  style: signal(readStyle()),
};

export function showCaptions(on: boolean): void {
  captionPreferences.on.value = on;
  store(ON_KEY, on ? "" : "off");
}

export function styleCaptions(change: Partial<CaptionStyle>): void {
  const style = { ...captionPreferences.style.peek(), ...change };
  captionPreferences.style.value = style;
  store(STYLE_KEY, [style.size, style.look, style.lines].join(" "));
}

function readStyle(): CaptionStyle {
  const [size, look, lines] = (readStored(STYLE_KEY) ?? "").split(" ");
  return {
    size: SIZES.find((one) => one === size) ?? STANDARD.size,
    look: LOOKS.find((one) => one === look) ?? STANDARD.look,
    lines: LINES.find((one) => `${one}` === lines) ?? STANDARD.lines,
  };
}
