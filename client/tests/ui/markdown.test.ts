import { describe, expect, it } from "vitest";
import { type Block, type Inline, parse, plainText } from "../../src/ui/chat/markdown";

/** A tree in a line: what the parser made of a text. */
function drawn(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === "code") return `{${block.language ?? ""}|${block.text}}`;
      if (block.kind === "paragraph") return `p(${line(block.children)})`;
      return `${block.start ?? "ul"}(${block.items.map(line).join("; ")})`;
    })
    .join(" ");
}

function line(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if ("children" in node) return `${node.kind === "strong" ? "B" : "I"}<${line(node.children)}>`;
      if (node.kind === "link")
        return `[${node.text}→${node.href}${node.host === null ? "" : ` ${node.host}`}]`;
      return node.kind === "text" ? node.text : `${node.kind}<${node.text}>`;
    })
    .join("");
}

describe("what people write", () => {
  it.each([
    ["plain", "p(plain)"],
    ["", ""],
    ["\n\n a\nb \n", "p( a\nb)"],
    ["**bold** and *italic* and __bold__ and _italic_", "p(B<bold> and I<italic> and B<bold> and I<italic>)"],
    ["***both***", "p(B<I<both>>)"],
    ["**a *b* c**", "p(B<a I<b> c>)"],
    ["*a **b* c**", "p(I<a **b> c**)"],
    ["2*3*4 and snake_case_name and 2 * 3 * 4", "p(2*3*4 and snake_case_name and 2 * 3 * 4)"],
    ["**never closed", "p(**never closed)"],
    ["\\*not\\* and c:\\dir", "p(*not* and c:\\dir)"],
    ["use `<b>**x**</b>` here", "p(use code<<b>**x**</b>> here)"],
    ["`` a ` b ``", "p(code<a ` b>)"],
    ["`unclosed", "p(`unclosed)"],
    ["```js\nlet a = 1;\n\n  b\n```", "{js|let a = 1;\n\n  b}"],
    ["look:\n```\nx\n```\nthere", "p(look:) {|x} p(there)"],
    ["```\nnever closed\n**x**", "{|never closed\n**x**}"],
    ["````\n```\nin\n```\n````", "{|```\nin\n```}"],
    ["```not a fence``` x", "p(code<not a fence> x)"],
    ["- one\n- **two**\n\nafter", "ul(one; B<two>) p(after)"],
    ["3. c\n4. d", "3(c; d)"],
    ["- a\n1. b", "ul(a) 1(b)"],
    ["-not a list\n- ", "p(-not a list\n-)"],
    ["[the page](https://example.org/a)", "p([the page→https://example.org/a example.org])"],
    [
      "[https://bank.example](https://evil.example)",
      "p([https://bank.example→https://evil.example/ evil.example])",
    ],
    ["[x](javascript:alert(1)) [y](data:text/html,z)", "p([x](javascript:alert(1)) [y](data:text/html,z))"],
    ["see https://example.org/a_b_c.", "p(see [https://example.org/a_b_c→https://example.org/a_b_c].)"],
    ["**https://example.org**", "p(B<[https://example.org→https://example.org/]>)"],
    ["https://you@evil.example", "p(https://you@evil.example)"],
    ["<script>alert(1)</script> &lt;", "p(<script>alert(1)</script> &lt;)"],
    ["<img src=x onerror=alert(1)>", "p(<img src=x onerror=alert(1)>)"],
    ["| a | b |\n|---|---|", "p(| a | b |\n|---|---|)"],
  ])("%s", (text, expected) => {
    expect(drawn(parse(text))).toBe(expected);
  });

  it.each([
    ["@Ana look", "p(mention<@Ana> look)"],
    ["@ana Bel, @Ana!", "p(mention<@ana Bel>, mention<@Ana>!)"],
    ["mail@Ana.org @Anabel `@Ana`", "p(mail@Ana.org @Anabel code<@Ana>)"],
    ["**@Ana**", "p(B<mention<@Ana>>)"],
  ])("calls people by name: %s", (text, expected) => {
    expect(drawn(parse(text, ["Ana", "Ana Bel"]))).toBe(expected);
  });

  it("says the words alone", () => {
    expect(plainText("**a** [b](https://x.example)\n- c\n- d\n```\nx\n```", "code")).toBe("a b c, d code");
  });
});

/** All characters that are shown, in order. */
function shown(blocks: readonly Block[]): string {
  const text = (nodes: readonly Inline[]): string =>
    nodes.map((node) => ("children" in node ? text(node.children) : node.text)).join("");
  return blocks
    .map((block) =>
      block.kind === "code"
        ? block.text
        : block.kind === "list"
          ? block.items.map(text).join("")
          : text(block.children),
    )
    .join("");
}

function depth(nodes: readonly Inline[]): number {
  return nodes.reduce((most, node) => Math.max(most, "children" in node ? 1 + depth(node.children) : 1), 0);
}

const deepest = (blocks: readonly Block[]) =>
  blocks.reduce((most, block) => {
    if (block.kind === "code") return most;
    return Math.max(most, ...(block.kind === "list" ? block.items.map(depth) : [depth(block.children)]));
  }, 0);

const MAX_CHARS = 4000;
const HOSTILE: readonly (readonly [string, string])[] = [
  ["marks that open and never close", "**_a ".repeat(800)],
  ["marks alone", "*".repeat(MAX_CHARS)],
  ["marks and underscores in turn", "*_".repeat(MAX_CHARS / 2)],
  ["backticks of every length", Array.from({ length: 88 }, (_, length) => "`".repeat(length)).join(" ")],
  ["single backticks, odd", `${"` ".repeat(1999)}\``],
  ["brackets", "[".repeat(MAX_CHARS)],
  ["links that never close", "[a](https://x.example/".repeat(180)],
  ["addresses in a row", "https://".repeat(500)],
  ["addresses of brackets", `https://x.example/${"(".repeat(3900)}`],
  ["addresses that end in dots", `https://x.example/${".)".repeat(1900)}`],
  ["a list of a thousand", "- a\n".repeat(1000)],
  [
    "a list nested as deep as it goes",
    Array.from({ length: 80 }, (_, at) => `${" ".repeat(at)}- a`).join("\n"),
  ],
  ["a huge table", `${"|a".repeat(1000)}\n${"|-".repeat(900)}`],
  ["fences that open", "```\n".repeat(999)],
  ["fences, longer each time", Array.from({ length: 80 }, (_, at) => "`".repeat(at + 3)).join("\n")],
  ["quotes", ">".repeat(MAX_CHARS)],
  ["backslashes", "\\".repeat(MAX_CHARS)],
  ["at signs", "@Ana".repeat(1000)],
  [
    "right to left and joined",
    "\u202e\u2066**\u{1F468}\u200d\u{1F469}\u200d\u{1F467}** \u0645\u0631\u062d\u0628\u0627 ".repeat(100),
  ],
  ["half a surrogate pair", "\ud800**a**\udc00"],
];

describe("what is meant to harm", () => {
  it.each(HOSTILE)("%s: a shallow tree, at once", (_name, text) => {
    const blocks = parse(text, ["Ana"]);
    expect(deepest(blocks)).toBeLessThanOrEqual(5);
    expect(shown(blocks).length).toBeLessThanOrEqual(text.length);
  });

  it("any text at all: no letter is lost or made up, and the marks are the only thing that goes", () => {
    const pieces = [
      "**",
      "*",
      "_",
      "__",
      "`",
      "``",
      "```",
      "\n",
      " ",
      "a",
      "é",
      "@Ana",
      "[",
      "](https://x.example)",
      "https://y.example",
      "- ",
      "1. ",
      "\\",
      "<b>",
      "😀",
    ];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const letters = (text: string) =>
      text.replace(/[\s*_`\\[\]()\-.\d:/]|https|x\.example|js/gu, "").replace(/xexample/g, "");
    for (let round = 0; round < 3000; round += 1) {
      const text = Array.from({ length: random(14) }, () => pieces[random(pieces.length)]).join("");
      const blocks = parse(text, ["Ana"]);
      expect(deepest(blocks)).toBeLessThanOrEqual(5);
      // Only a fence's language is read and not shown.
      if (!text.includes("```")) expect(letters(shown(blocks))).toBe(letters(text));
    }
  });
});
