/**
 * Colours for code, by highlight.js as a tree of tokens (lowlight): no HTML is made. Loaded when the first code is shown.
 */
import bash from "highlight.js/lib/languages/bash";
import css from "highlight.js/lib/languages/css";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import python from "highlight.js/lib/languages/python";
import sql from "highlight.js/lib/languages/sql";
import xml from "highlight.js/lib/languages/xml";
import { createLowlight } from "lowlight";

/** A run of code; `scope` is highlight.js' class for it, null for plain code. */
export interface Token {
  readonly text: string;
  readonly scope: string | null;
}

/** Below this a guess is worth nothing (highlight.js' own measure). */
const SURE = 4;

const lowlight = createLowlight({ bash, css, javascript, json, python, sql, xml });

/** The tokens of `text`; `language` as people write it after a fence, null: guessed. */
export function highlight(text: string, language: string | null): readonly Token[] {
  const known = language !== null && lowlight.registered(language);
  if (language !== null && !known) return [{ text, scope: null }];
  const tree = known ? lowlight.highlight(language, text) : lowlight.highlightAuto(text);
  if (!known && (tree.data?.relevance ?? 0) < SURE) return [{ text, scope: null }];
  const tokens: Token[] = [];
  flatten(tree.children, null, tokens);
  return tokens;
}

type Node = ReturnType<typeof lowlight.highlight>["children"][number];

function flatten(nodes: readonly Node[], scope: string | null, tokens: Token[]): void {
  for (const node of nodes) {
    if (node.type === "text") tokens.push({ text: node.value, scope });
    else if (node.type === "element") {
      const [first] = Array.isArray(node.properties["className"]) ? node.properties["className"] : [];
      flatten(node.children, typeof first === "string" ? first : scope, tokens);
    }
  }
}
