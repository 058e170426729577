/** Makes the functions that say things, from the catalogues of all languages. */
import type { ReadonlySignal } from "@preact/signals";
import type { Entries, Language, Plural, Translation } from "./translation";

type Placeholders<S> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholders<Rest> : never;
type ParamsOf<Entry> = Placeholders<Entry extends { other: infer O } ? O : Entry>;
type Params<Entry> = [ParamsOf<Entry>] extends [never]
  ? []
  : [params: Readonly<Record<ParamsOf<Entry>, string | number>>];
type Values = Readonly<Record<string, string | number>>;

export interface Translator<E extends Entries> {
  /** The words for `key` in the chosen language. */
  t<K extends keyof E & string>(key: K, ...params: Params<E[K]>): string;
  /** The same for keys that arrive at run time; null: no such key. */
  lookUp(key: string, params?: Values): string | null;
}

export function translator<E extends Entries>(
  language: ReadonlySignal<Language>,
  catalogues: { readonly en: E; readonly fr: Translation<E> },
): Translator<E> {
  const say = (key: keyof E & string, params: Values): string =>
    fill(catalogues[language.value][key] as string | Plural, params, language.value);
  return {
    t: (key, ...params) => say(key, (params[0] as Values | undefined) ?? {}),
    lookUp: (key, params = {}) => (Object.hasOwn(catalogues.en, key) ? say(key, params) : null),
  };
}

function fill(entry: string | Plural, params: Values, language: Language): string {
  const text =
    typeof entry === "string" ? entry : choosePlural(entry, Number(params["count"] ?? 0), language);
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => String(params[name] ?? whole));
}

function choosePlural(entry: Plural, count: number, language: Language): string {
  return new Intl.PluralRules(language).select(count) === "one" ? entry.one : entry.other;
}
