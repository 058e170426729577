import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { t } from "../../i18n";
import { CodeBlock } from "./CodeBlock";
import { type Inline, parse } from "./markdown";

interface Props {
  readonly text: string;
  /** Names of those mentioned. */
  readonly names: readonly string[];
  readonly ownName: string;
}

/** Somebody's text with its formatting, as elements of our own making; links tell nobody where they came from. */
export function Formatted({ text, names, ownName }: Props) {
  const key = names.join("\n");
  const blocks = useMemo(() => parse(text, names), [text, key]);
  const inline = (nodes: readonly Inline[]) => <Nodes nodes={nodes} ownName={ownName} />;
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

function Nodes({ nodes, ownName }: { readonly nodes: readonly Inline[]; readonly ownName: string }) {
  return (
    <>
      {nodes.map((node, index): ComponentChildren => {
        switch (node.kind) {
          case "text":
            return node.text;
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
                <Nodes nodes={node.children} ownName={ownName} />
              </strong>
            );
          default:
            return (
              <em key={index}>
                <Nodes nodes={node.children} ownName={ownName} />
              </em>
            );
        }
      })}
    </>
  );
}
