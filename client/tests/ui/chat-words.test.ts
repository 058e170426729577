import { describe, expect, it } from "vitest";
import { asksForFloor } from "../../src/ui/chat/hand-words";
import { askingAt, candidates, mentionsIn } from "../../src/ui/chat/mentions";
import { FOUND_MAX, search } from "../../src/ui/chat/search";
import { chatEntry, people, person } from "./fake-classroom";

describe("names after @", () => {
  it.each([
    ["@", 1, { from: 0, query: "" }],
    ["hi @lé", 6, { from: 3, query: "lé" }],
    ["@Jean-Baptiste de La", 20, { from: 0, query: "Jean-Baptiste de La" }],
    ["@a b", 2, { from: 0, query: "a" }],
    ["mail@x", 6, null],
    ["@ a", 3, null],
    ["@a\nb", 4, null],
    ["@a  b", 5, null],
    ["no", 2, null],
    [`@${"a".repeat(60)}`, 61, null],
  ])("%j at %i", (text, caret, expected) => {
    expect(askingAt(text, caret)).toEqual(expected);
  });

  it("offers who begins so first, without regard to accents", () => {
    const names = (query: string) => candidates(people(16), query).map(({ name }) => name);
    expect(names("ines")).toEqual(["Inès Moreau"]);
    expect(names("ma")).toEqual(["Maria da Silva", "Zoé Martin"]);
    expect(names("")).toHaveLength(6);
    expect(names("(")).toEqual([]);
  });

  it("finds who is called by the whole name, however it is written", () => {
    const all = [person(0), person(2), person(3, { id: "p9", name: "Léandre" })];
    expect(mentionsIn("@léa, @INES MOREAU!", all)).toEqual(["p0", "p2"]);
    expect(mentionsIn("@Inès x@Léa @Léandra", all)).toEqual([]);
    expect(mentionsIn("@Léandra and @Léandre", all)).toEqual(["p9"]);
  });

  it("names no more people than the server takes", () => {
    const many = Array.from({ length: 40 }, (_, index) => person(index, { name: `N${index}` }));
    expect(mentionsIn(many.map(({ name }) => `@${name}`).join(" "), many)).toHaveLength(20);
  });
});

describe("search", () => {
  const entries = [
    chatEntry(1, { text: "Été à la plage" }),
    chatEntry(2, { text: "the plage", senderName: "Été" }),
    chatEntry(3, { text: "", deletedBy: "p0", senderName: "Plage" }),
    chatEntry(4, { text: "plage", state: "failed" }),
    chatEntry(5, {
      text: "look",
      images: [{ id: "i", media_type: "image/png", width: 1, height: 1, size_bytes: 1, alt: "A PLAGE" }],
    }),
  ];

  it.each([
    ["plage", [5, 2, 1]],
    ["ete PLAGE", [2, 1]],
    ["  ", []],
    ["nothing", []],
    [".*", []],
  ])("%j finds", (query, ids) => {
    expect(search(entries, query).map(({ id }) => id)).toEqual(ids);
  });

  it("ends somewhere", () => {
    const many = Array.from({ length: 400 }, (_, index) => chatEntry(index + 1, { text: "same" }));
    expect(search(many, "same")).toHaveLength(FOUND_MAX);
  });
});

describe("asking for the floor", () => {
  it.each([
    ["/hand", "command"],
    [" /MAIN ", "command"],
    ["Je lève la main", "words"],
    ["je leve la main svp !", "words"],
    ["J’ai fini, puis-je parler ?", "words"],
    ["I raise my hand", "words"],
    ["May I ask a question?", "words"],
    ["/handle", null],
    ["Second-hand upholstery", null],
    ["la main dans le sac", null],
    [`je lève la main ${"x".repeat(300)}`, null],
    ["", null],
  ])("%j", (text, expected) => {
    expect(asksForFloor(text)).toBe(expected);
  });
});
