import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { plainText } from "./markdown";
import { useChatUi } from "./panel-state";

const SHOWN_MAX = 140;

/** What a message answers, in a line or two; a click goes there. Null: it is no longer kept. */
export function Quote({ entry }: { readonly entry: ChatEntry | null }) {
  const chat = useChatUi();
  if (entry === null) return <p class="quote quote--gone">{t("chat.quote_gone")}</p>;
  return (
    <button
      type="button"
      class="quote"
      onClick={() => {
        chat.target.value = entry.id;
      }}
    >
      <span class="visually-hidden">{t("chat.in_reply_to")} </span>
      <strong>
        <bdi>{entry.own ? t("chat.own") : entry.senderName}</bdi>
      </strong>
      <span dir="auto">{excerpt(entry)}</span>
    </button>
  );
}

/** A message in a line. */
export function excerpt(entry: ChatEntry): string {
  if (entry.deletedBy !== null) return t("chat.deleted");
  const words = plainText(entry.text, t("chat.code"));
  const text = words === "" && entry.images.length > 0 ? entry.images[0]?.alt || t("chat.picture") : words;
  const letters = Array.from(text);
  return letters.length > SHOWN_MAX ? `${letters.slice(0, SHOWN_MAX).join("")}…` : text;
}
