/**
 * How the interface looks for this person: colours, size of text, motion. Chosen on this device and remembered by it; what was
 * not chosen follows the device. The styles read the result from attributes of the page's root (styles/tokens.css).
 */
import { computed, effect, signal } from "@preact/signals";
import { readStored, store } from "../stored";
import { scaleMediaRules } from "./mediaRules";

export const COLOURS = ["system", "light", "dark", "contrast_light", "contrast_dark"] as const;
export type Colours = (typeof COLOURS)[number];

export const MOTIONS = ["system", "less"] as const;
export type Motion = (typeof MOTIONS)[number];

/** In percent of the browser's own size of text. */
export const TEXT_SIZES = [100, 110, 125, 150, 175, 200] as const;
export type TextSize = (typeof TEXT_SIZES)[number];

const KEYS = { colours: "momentum.colours", motion: "momentum.motion", textSize: "momentum.text_size" };

export const colours = signal<Colours>("system");
export const motion = signal<Motion>("system");
export const textSize = signal<TextSize>(100);

/** What the device is set to. */
const device = {
  dark: signal(false),
  moreContrast: signal(false),
  lessMotion: signal(false),
};

export interface Look {
  readonly scheme: "light" | "dark";
  readonly contrast: "normal" | "more";
}

export const look = computed<Look>(() => {
  const chosen = colours.value;
  if (chosen === "system")
    return {
      scheme: device.dark.value ? "dark" : "light",
      contrast: device.moreContrast.value ? "more" : "normal",
    };
  return {
    scheme: chosen === "dark" || chosen === "contrast_dark" ? "dark" : "light",
    contrast: chosen.startsWith("contrast") ? "more" : "normal",
  };
});

/** Nothing moves that need not: chosen here, or set on the device. */
export const lessMotion = computed(() => motion.value === "less" || device.lessMotion.value);

export function chooseColours(value: Colours): void {
  colours.value = value;
  store(KEYS.colours, value);
}

export function chooseMotion(value: Motion): void {
  motion.value = value;
  store(KEYS.motion, value);
}

export function chooseTextSize(value: TextSize): void {
  textSize.value = value;
  store(KEYS.textSize, String(value));
}

/** Reads what was chosen before and keeps the page's root in step. Call once, before the first render. Returns how to stop. */
export function startPreferences(): () => void {
  colours.value = oneOf(COLOURS, readStored(KEYS.colours)) ?? "system";
  motion.value = oneOf(MOTIONS, readStored(KEYS.motion)) ?? "system";
  textSize.value = TEXT_SIZES.find((size) => String(size) === readStored(KEYS.textSize)) ?? 100;
  const stops = [
    follow("(prefers-color-scheme: dark)", device.dark),
    follow("(prefers-contrast: more)", device.moreContrast),
    follow("(prefers-reduced-motion: reduce)", device.lessMotion),
    effect(showLook),
    effect(() => {
      document.documentElement.dataset["motion"] = lessMotion.value ? "reduce" : "full";
    }),
    effect(() => {
      document.documentElement.style.fontSize = textSize.value === 100 ? "" : `${textSize.value}%`;
      return scaleMediaRules(document, textSize.value / 100);
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}

function showLook(): void {
  const root = document.documentElement;
  root.dataset["scheme"] = look.value.scheme;
  root.dataset["contrast"] = look.value.contrast;
  // The browser's own bar, on phones, continues the page.
  const paper = getComputedStyle(root).getPropertyValue("--paper").trim();
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]'))
    if (paper !== "") meta.content = paper;
}

function follow(query: string, target: { value: boolean }): () => void {
  const list = matchMedia(query);
  const update = () => {
    target.value = list.matches;
  };
  update();
  // Safari before 14 knows only the older name, and then keeps what it was at the start.
  list.addEventListener?.("change", update);
  return () => list.removeEventListener?.("change", update);
}

function oneOf<T extends string>(values: readonly T[], stored: string | null): T | null {
  return values.find((value) => value === stored) ?? null;
}
