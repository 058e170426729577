/**
 * What people write, read as a small part of Markdown (CommonMark's words): fenced and inline code, bold, italic, lists,
 * links. It makes a tree of plain data and never HTML; what is none of these stays the text that it is.
 *
 * Every character is looked at a bounded number of times, and the tree is never deeper than a few levels, whatever is sent.
 */
import type { GlossaryTerm } from "../../generated/protocol";
import { type Address, addressAt } from "./linkify";

export type Inline =
  | { readonly kind: "text" | "code" | "mention"; readonly text: string }
  | { readonly kind: "strong" | "emphasis"; readonly children: readonly Inline[] }
  /** Not written by anybody: found in what is read here, by terms.ts. */
  | { readonly kind: "term"; readonly text: string; readonly term: GlossaryTerm }
  /** `host`: where it leads, when the text does not say so itself. */
  | { readonly kind: "link"; readonly text: string; readonly href: string; readonly host: string | null };

export type Block =
  | { readonly kind: "paragraph"; readonly children: readonly Inline[] }
  | { readonly kind: "list"; readonly start: number | null; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: "code"; readonly language: string | null; readonly text: string };

const FENCE = /^ {0,3}(`{3,})[ \t]*([\w+#.-]{0,20})[ \t]*$/;
const BULLET = /^ {0,6}[-*+•][ \t]+(?=\S)/;
const NUMBER = /^ {0,6}(\d{1,6})[.)][ \t]+(?=\S)/;

/** `names`: of those mentioned, as they are written after "@". */
export function parse(text: string, names: readonly string[] = []): readonly Block[] {
  const lines = text.split("\n");
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const inline = (source: string) => parseInline(source, names);
  const endParagraph = (): void => {
    const source = paragraph.join("\n").replace(/^\n+|\s+$/gu, "");
    paragraph = [];
    if (source !== "") blocks.push({ kind: "paragraph", children: inline(source) });
  };

  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const fence = FENCE.exec(line);
    if (fence) {
      endParagraph();
      const end = endOfFence(lines, at + 1, fence[1]?.length ?? 3);
      blocks.push({
        kind: "code",
        language: fence[2]?.toLowerCase() || null,
        text: lines.slice(at + 1, end).join("\n"),
      });
      at = end;
      continue;
    }
    const marker = markerOf(line);
    if (marker === null) {
      paragraph.push(line);
      continue;
    }
    endParagraph();
    const items: (readonly Inline[])[] = [];
    let end = at;
    for (; end < lines.length; end += 1) {
      const next = markerOf(lines[end] ?? "");
      if (next === null || (next.number === null) !== (marker.number === null)) break;
      items.push(inline((lines[end] ?? "").slice(next.length).trimEnd()));
    }
    blocks.push({ kind: "list", start: marker.number, items });
    at = end - 1;
  }
  endParagraph();
  return blocks;
}

/** The line that closes a fence of so many backticks; without one, the fence lasts to the end. */
function endOfFence(lines: readonly string[], from: number, length: number): number {
  for (let at = from; at < lines.length; at += 1) {
    const close = FENCE.exec(lines[at] ?? "");
    if (close && close[2] === "" && (close[1]?.length ?? 0) >= length) return at;
  }
  return lines.length;
}

function markerOf(line: string): { readonly length: number; readonly number: number | null } | null {
  const bullet = BULLET.exec(line);
  if (bullet) return { length: bullet[0].length, number: null };
  const number = NUMBER.exec(line);
  return number ? { length: number[0].length, number: Number(number[1]) } : null;
}

// --- within a line --------------------------------------------------------------------------------------------------

/** `[words](https://…)`, both bounded. */
const LABELLED = /\[([^[\]\n]{1,200})\]\((?=https?:\/\/)/y;
const LETTER = /[\p{L}\p{N}_]/u;
const ESCAPABLE = /[\\`*_[\]()@#.!>~+-]/;

type Mark = "**" | "__" | "*" | "_";

/** A mark that waits for its end, and what stands between. */
interface Open {
  readonly mark: Mark | null;
  readonly children: Inline[];
}

function parseInline(source: string, names: readonly string[]): readonly Inline[] {
  // No mark opens within itself: the stack is never deeper than there are marks.
  const stack: [Open, ...Open[]] = [{ mark: null, children: [] }];
  const top = (): Open => stack[stack.length - 1] ?? stack[0];
  const unclosed = new Set<number>();
  let at = 0;
  let plain = "";

  const flush = (): void => {
    if (plain !== "") top().children.push({ kind: "text", text: plain });
    plain = "";
  };
  const push = (node: Inline, length: number): void => {
    flush();
    top().children.push(node);
    at += length;
  };
  /** Takes back the marks above `depth`: they stay the characters they are. */
  const unwind = (depth: number): void => {
    flush();
    while (stack.length > depth) {
      const open = stack.pop();
      if (open) top().children.push({ kind: "text", text: open.mark ?? "" }, ...open.children);
    }
  };

  while (at < source.length) {
    const here = source[at] ?? "";
    if (here === "`") {
      const code = codeAt(source, at, unclosed);
      if (code.text === null) {
        plain += source.slice(at, at + code.length);
        at += code.length;
      } else push({ kind: "code", text: code.text }, code.length);
      continue;
    }
    if (here === "\\" && ESCAPABLE.test(source[at + 1] ?? "")) {
      plain += source[at + 1];
      at += 2;
      continue;
    }
    const link = here === "[" ? labelledAt(source, at) : here === "h" ? bareAt(source, at) : null;
    if (link) {
      push(link.node, link.length);
      continue;
    }
    const name = here === "@" ? mentionAt(source, at, names) : null;
    if (name !== null) {
      push({ kind: "mention", text: `@${name}` }, name.length + 1);
      continue;
    }
    const mark = here === "*" || here === "_" ? markAt(source, at, top().mark) : null;
    if (mark === null) {
      plain += here;
      at += 1;
      continue;
    }
    const depth = stack.findIndex((open) => open.mark === mark);
    if (depth > 0 && closes(source, at, mark)) {
      unwind(depth + 1);
      const done = stack.pop();
      if (done)
        top().children.push({ kind: mark.length === 2 ? "strong" : "emphasis", children: done.children });
    } else if (depth < 0 && opens(source, at, mark)) {
      flush();
      stack.push({ mark, children: [] });
    } else plain += mark;
    at += mark.length;
  }
  unwind(1);
  return merged(stack[0].children);
}

/** Neighbouring texts are one. */
function merged(nodes: readonly Inline[]): readonly Inline[] {
  const result: Inline[] = [];
  for (const node of nodes) {
    const last = result[result.length - 1];
    if (node.kind === "text" && last?.kind === "text")
      result[result.length - 1] = { kind: "text", text: last.text + node.text };
    else result.push("children" in node ? { ...node, children: merged(node.children) } : node);
  }
  return result;
}

/** Of three marks in a row, the first ends the inner one: ***both***. */
function markAt(source: string, at: number, inner: Mark | null): Mark {
  const one = source[at] as "*" | "_";
  if (inner === one && source[at + 1] === one && source[at + 2] === one) return one;
  return source[at + 1] === one ? (one === "*" ? "**" : "__") : one;
}

/** A mark opens before a word and not inside one: 2*3*4 and snake_case stay as they are. */
function opens(source: string, at: number, mark: Mark): boolean {
  const next = source[at + mark.length] ?? " ";
  return !/\s/u.test(next) && !LETTER.test(source[at - 1] ?? " ");
}

function closes(source: string, at: number, mark: Mark): boolean {
  const before = source[at - 1] ?? " ";
  return !/\s/u.test(before) && !LETTER.test(source[at + mark.length] ?? " ");
}

/** Code between two runs of as many backticks. `text` null: there is no second one; `unclosed` remembers that. */
function codeAt(source: string, at: number, unclosed: Set<number>): { text: string | null; length: number } {
  let length = 1;
  while (source[at + length] === "`") length += 1;
  if (!unclosed.has(length)) {
    const run = "`".repeat(length);
    let end = source.indexOf(run, at + length);
    while (end >= 0) {
      let after = end + length;
      while (source[after] === "`") after += 1;
      if (after === end + length) {
        const inside = source.slice(at + length, end);
        const padded = /^ .*\S.* $/su.test(inside);
        return { text: padded ? inside.slice(1, -1) : inside, length: end + length - at };
      }
      end = source.indexOf(run, after);
    }
    unclosed.add(length);
  }
  return { text: null, length };
}

interface Found {
  readonly node: Inline;
  readonly length: number;
}

function labelledAt(source: string, at: number): Found | null {
  LABELLED.lastIndex = at;
  const match = LABELLED.exec(source);
  if (!match) return null;
  const address = addressAt(source, at + match[0].length);
  const end = at + match[0].length + (address?.text.length ?? 0);
  if (!address || source[end] !== ")") return null;
  const text = match[1] ?? "";
  return { node: { kind: "link", text, href: address.href, host: address.host }, length: end + 1 - at };
}

function bareAt(source: string, at: number): Found | null {
  if (LETTER.test(source[at - 1] ?? " ")) return null;
  const address: Address | null = addressAt(source, at);
  if (!address) return null;
  return {
    node: { kind: "link", text: address.text, href: address.href, host: null },
    length: address.text.length,
  };
}

/** The longest of the names that stands here, whole. */
function mentionAt(source: string, at: number, names: readonly string[]): string | null {
  if (LETTER.test(source[at - 1] ?? " ")) return null;
  let best: string | null = null;
  for (const name of names) {
    const written = source.slice(at + 1, at + 1 + name.length);
    if (name.length <= (best?.length ?? 0) || written.toLowerCase() !== name.toLowerCase()) continue;
    if (!LETTER.test(source[at + 1 + name.length] ?? " ")) best = written;
  }
  return best;
}

// --- as words alone -------------------------------------------------------------------------------------------------

/** The words without their marks, on one line: for quotes and for what is read out. */
export function plainText(text: string, code: string): string {
  return parse(text)
    .map((block) =>
      block.kind === "code"
        ? code
        : block.kind === "list"
          ? block.items.map(words).join(", ")
          : words(block.children),
    )
    .join(" ")
    .replace(/\s+/gu, " ");
}

function words(nodes: readonly Inline[]): string {
  return nodes.map((node) => ("children" in node ? words(node.children) : node.text)).join("");
}
