import { describe, expect, it } from "vitest";
import type { GlossaryTerm } from "../../src/generated/protocol";
import { sorted, withTerms } from "../../src/ui/glossary/find";

const term = (name: string, meaning = "…"): GlossaryTerm => ({ id: name, term: name, meaning });
const found = (text: string, ...names: string[]) =>
  withTerms(
    text,
    names.map((name) => term(name)),
    new Set(),
  )
    .filter((piece) => piece.term !== null)
    .map(({ text: piece, term: known }) => `${piece}=${known?.term}`);

describe("words of the glossary in a text", () => {
  it("are found whole, whatever their case", () => {
    expect(found("A pixel is no PIXELS, but a Pixel.", "Pixel")).toEqual(["pixel=Pixel"]);
    expect(found("subpixel", "pixel")).toEqual([]);
    expect(found("Un détail, l’élément", "élément", "tail")).toEqual(["élément=élément"]);
  });

  it("are the longest that fit, with signs of every kind", () => {
    expect(found("a style sheet", "style", "style sheet")).toEqual(["style sheet=style sheet"]);
    expect(found("in C++ (or .NET, front-end)", "C++", ".NET", "front-end", "(or")).toEqual([
      "C++=C++", "(or=(or", ".NET=.NET", "front-end=front-end",
    ]); // biome-ignore format: one line
  });

  it("leave the text as it is", () => {
    const text = "One pixel, two\npixel 👍 pixel";
    expect(
      withTerms(text, [term("pixel")], new Set())
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
    expect(withTerms(text, [], new Set())).toEqual([{ text, term: null }]);
  });
});

it("lists by the alphabet and searches in words and meanings", () => {
  const terms = [term("Zoom", "to enlarge"), term("écran", "a display"), term("Pixel", "a dot of a display")];
  expect(sorted(terms, "", "fr").map((one) => one.term)).toEqual(["écran", "Pixel", "Zoom"]);
  expect(sorted(terms, "display dot", "fr").map((one) => one.term)).toEqual(["Pixel"]);
  expect(sorted(terms, "nothing", "fr")).toEqual([]);
});
