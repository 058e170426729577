import { useSignal } from "@preact/signals";
import { Check, Copy } from "lucide-preact";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import type { Token } from "./highlight";

interface Props {
  readonly language: string | null;
  readonly text: string;
}

const COPIED_MS = 2500;

/** Code as it was written, coloured once the colours are there, with a button that copies it. */
export function CodeBlock({ language, text }: Props) {
  const tokens = useSignal<readonly Token[] | null>(null);
  const copied = useSignal(false);

  useEffect(() => {
    let shown = true;
    tokens.value = null;
    // Without the colours (an old browser, a lost network) code is still code.
    import("./highlight").then(
      ({ highlight }) => {
        if (shown) tokens.value = highlight(text, language);
      },
      () => undefined,
    );
    return () => {
      shown = false;
    };
  }, [text, language]);
  useEffect(() => {
    if (!copied.value) return;
    const timer = setTimeout(() => {
      copied.value = false;
    }, COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied.value]);

  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(text);
    copied.value = true;
  }

  return (
    <figure class="code" dir="ltr">
      <figcaption class="code__top">
        <span>{language ?? t("chat.code")}</span>
        <button type="button" class="code__copy" onClick={() => void copy().catch(() => undefined)}>
          {copied.value ? <Check size={16} aria-hidden="true" /> : <Copy size={16} aria-hidden="true" />}
          {t(copied.value ? "chat.copied" : "chat.copy")}
        </button>
        <span class="visually-hidden" role="status">
          {copied.value ? t("chat.copied") : ""}
        </span>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, so the keyboard must reach them */}
      <pre class="code__text" tabIndex={0}>
        <code>
          {tokens.value === null
            ? text
            : tokens.value.map((token, index) =>
                token.scope === null ? (
                  token.text
                ) : (
                  <span key={index} class={token.scope}>
                    {token.text}
                  </span>
                ),
              )}
        </code>
      </pre>
    </figure>
  );
}
