/** The glossary's words in a message, each where it comes first: not in code, links or names. Pure. */
import type { GlossaryTerm } from "../../generated/protocol";
import { withTerms } from "../glossary/find";
import type { Block, Inline } from "./markdown";

export function markTerms(blocks: readonly Block[], terms: readonly GlossaryTerm[]): readonly Block[] {
  if (terms.length === 0) return blocks;
  const seen = new Set<string>();
  const marked = (nodes: readonly Inline[]): readonly Inline[] =>
    nodes.flatMap((node): readonly Inline[] => {
      if (node.kind === "strong" || node.kind === "emphasis")
        return [{ ...node, children: marked(node.children) }];
      if (node.kind !== "text") return [node];
      return withTerms(node.text, terms, seen).map(({ text, term }) =>
        term === null ? { kind: "text", text } : { kind: "term", text, term },
      );
    });
  return blocks.map((block) => {
    if (block.kind === "code") return block;
    if (block.kind === "paragraph") return { ...block, children: marked(block.children) };
    return { ...block, items: block.items.map(marked) };
  });
}
