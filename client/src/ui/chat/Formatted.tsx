import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { t } from "../../i18n";
import { useGlossary } from "../glossary/GlossaryText";
import { Term } from "../glossary/Term";
import { CodeBlock } from "./CodeBlock";
import { type Inline, parse } from "./markdown";
import { markTerms } from "./terms";

interface Props {
  readonly text: string;
  /** Names of those mentioned. */
  readonly names: readonly string[];
  readonly ownName: string;
  /** The keyboard is at this text: Tab stops at the glossary's words in it. */
  readonly reachable: boolean;
}

/** Somebody's text with its formatting, as elements of our own making; links tell nobody where they came from. */
export function Formatted({ text, names, ownName, reachable }: Props) {
  const key = names.join("\n");
  const glossary = useGlossary();
  const blocks = useMemo(() => markTerms(parse(text, names), glossary), [text, key, glossary]);
  const inline = (nodes: readonly Inline[]) => (
    <Nodes nodes={nodes} ownName={ownName} reachable={reachable} />
  );
  return (
    <div class="formatted" dir="auto">
      {blocks.map((block, index) => {
        if (block.kind === "code")
          return <CodeBlock key={index} language={block.language} text={block.text} />;
        if (block.kind === "paragraph") return <p key={index}>{inline(block.children)}</p>;
        const items = block.items.map((item, place) => <li key={place}>{inline(item)}</li>);
        return block.start === null ? (
          <ul key={index}>{items}</ul>
        ) : (
          <ol key={index} start={block.start}>
            {items}
          </ol>
        );
      })}
    </div>
  );
}

interface NodesProps extends Pick<Props, "ownName" | "reachable"> {
  readonly nodes: readonly Inline[];
}

function Nodes({ nodes, ...props }: NodesProps) {
  const { ownName, reachable } = props;
  return (
    <>
      {nodes.map((node, index): ComponentChildren => {
        switch (node.kind) {
          case "text":
            return node.text;
          case "term":
            return <Term key={index} text={node.text} term={node.term} reachable={reachable} />;
          case "code":
            return (
              <code key={index} dir="ltr">
                {node.text}
              </code>
            );
          case "mention": {
            const me = node.text.slice(1).toLowerCase() === ownName.toLowerCase();
            return (
              <bdi key={index} class={me ? "mention mention--me" : "mention"}>
                {node.text}
              </bdi>
            );
          }
          case "link":
            return (
              <a
                key={index}
                href={node.href}
                target="_blank"
                rel="noopener noreferrer"
                title={t("chat.link_hint")}
              >
                {node.host === null ? node.text : `${node.text} (${node.host})`}
              </a>
            );
          case "strong":
            return (
              <strong key={index}>
                <Nodes nodes={node.children} {...props} />
              </strong>
            );
          default:
            return (
              <em key={index}>
                <Nodes nodes={node.children} {...props} />
              </em>
            );
        }
      })}
    </>
  );
}
