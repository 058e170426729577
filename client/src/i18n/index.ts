/** What the interface says, in the language of the person. Reading `language` (all of these do) subscribes a component. */
import { signal } from "@preact/signals";
import { en } from "./en";
import { fr } from "./fr";
import type { Plural, Translation } from "./translation";

export type Language = "en" | "fr";

/** The shape that every catalogue has: the keys of the English one. */
export type Catalogue = Translation<typeof en>;
export type Key = keyof Catalogue;

type Placeholders<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type ParamsOf<K extends Key> = Placeholders<(typeof en)[K] extends { other: infer O } ? O : (typeof en)[K]>;
type Params<K extends Key> = [ParamsOf<K>] extends [never]
  ? []
  : [params: Readonly<Record<ParamsOf<K>, string | number>>];

export const LANGUAGES: readonly Language[] = ["en", "fr"];
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };
const catalogues: Readonly<Record<Language, Catalogue>> = { en, fr };
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

/** The words for `key` in the chosen language. */
export function t<K extends Key>(key: K, ...params: Params<K>): string {
  return fill(catalogues[language.value][key], params[0] ?? {});
}

/** The same for keys that arrive at run time (notices, error codes); null: no such key. */
export function lookUp(key: string, params: Readonly<Record<string, string | number>> = {}): string | null {
  if (!Object.hasOwn(en, key)) return null;
  return fill(catalogues[language.value][key as Key], params);
}

function fill(entry: string | Plural, params: Readonly<Record<string, string | number>>): string {
  const text = typeof entry === "string" ? entry : choosePlural(entry, Number(params["count"] ?? 0));
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

function choosePlural(entry: Plural, count: number): string {
  return new Intl.PluralRules(language.value).select(count) === "one" ? entry.one : entry.other;
}
