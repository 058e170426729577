/** What the interface says, in the language of the person. Reading `language` (all of these do) subscribes a component. */
import { signal } from "@preact/signals";
import { en } from "./en";
import { fr } from "./fr";
import type { Language, Translation } from "./translation";
import { translator } from "./translator";

export type { Language } from "./translation";

/** The shape that every catalogue has: the keys of the English one. */
export type Catalogue = Translation<typeof en>;
export type Key = keyof Catalogue;

export const LANGUAGES: readonly Language[] = ["en", "fr"];
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };
const catalogues = { en, fr };
const STORAGE_KEY = "momentum.language";

export const language = signal<Language>("en");

function isLanguage(value: string | null | undefined): value is Language {
  return value === "en" || value === "fr";
}

/** `?lang=` in the address, else what was chosen before, else the browser's own preference, else English. */
export function detectLanguage(
  search: string,
  remembered: string | null,
  preferred: readonly string[],
): Language {
  const asked = new URLSearchParams(search).get("lang");
  if (isLanguage(asked)) return asked;
  if (isLanguage(remembered)) return remembered;
  return preferred.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? "en";
}

/** Reads the page's language choice and keeps `<html lang>` in step. Call once, before the first render. */
export function startLanguage(): void {
  language.value = detectLanguage(location.search, readRemembered(), navigator.languages);
  language.subscribe((value) => {
    document.documentElement.lang = value;
  });
}

/** The person chose: remembered on this device, and in the address if that named a language. */
export function chooseLanguage(value: Language): void {
  language.value = value;
  try {
    localStorage.setItem(STORAGE_KEY, value);
  } catch {
    // Storage may be forbidden (private windows); the choice then lasts as long as the page.
  }
  const url = new URL(location.href);
  if (!url.searchParams.has("lang")) return;
  url.searchParams.set("lang", value);
  history.replaceState(history.state, "", url);
}

function readRemembered(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** `t`: the words for a key in the chosen language. `lookUp`: the same for keys that arrive at run time (notices, codes). */
export const { t, lookUp } = translator(language, catalogues);
