import { describe, expect, it } from "vitest";
import { splitLinks } from "../../src/ui/chat/linkify";

const hrefs = (text: string) => splitLinks(text).flatMap(({ href }) => href ?? []);

describe("splitLinks", () => {
  it.each([
    ["no link here", []],
    ["see https://example.org/a?b=c#d now", ["https://example.org/a?b=c#d"]],
    ["(https://example.org).", ["https://example.org/"]],
    ["https://fr.wikipedia.org/wiki/Ada_(langage)", ["https://fr.wikipedia.org/wiki/Ada_(langage)"]],
    ["«https://example.org» !", ["https://example.org/"]],
    ["http://a.example, https://b.example!", ["http://a.example/", "https://b.example/"]],
    ["javascript:alert(1) data:text/html,x ftp://x.example", []],
    ['<a href="https://example.org">x</a>', ["https://example.org/"]],
    ["https://", []],
    ["https://[broken", []],
  ])("%s", (text, expected) => {
    expect(hrefs(text)).toEqual(expected);
  });

  it.each([
    "plain",
    "a https://example.org b",
    "https://x.example.",
    "«https://é.example/ç»\nend",
    "https://",
  ])("loses no character of %s", (text) => {
    expect(
      splitLinks(text)
        .map((part) => part.text)
        .join(""),
    ).toBe(text);
  });
});
