/** What the catalogues of all languages share: the shape of their entries. */

export type Language = "en" | "fr";

export interface Plural {
  readonly one: string;
  readonly other: string;
}

/** A translation of the English entries `E`: the same keys, text for text and plural for plural. */
export type Translation<E> = { readonly [K in keyof E]: E[K] extends string ? string : Plural };

/** A whole catalogue, as whoever reads it sees it. */
export type Entries = Readonly<Record<string, string | Plural>>;
