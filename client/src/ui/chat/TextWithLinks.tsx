import { t } from "../../i18n";
import { splitLinks } from "./linkify";

/** Somebody's text; only web addresses become links, and they tell nobody where they came from. */
export function TextWithLinks({ text }: { readonly text: string }) {
  return (
    <>
      {splitLinks(text).map((part, index) =>
        part.href === null ? (
          part.text
        ) : (
          <a
            key={index}
            href={part.href}
            target="_blank"
            rel="noopener noreferrer"
            title={t("chat.link_hint")}
          >
            {part.text}
          </a>
        ),
      )}
    </>
  );
}
