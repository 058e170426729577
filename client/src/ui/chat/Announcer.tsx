import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { plainText } from "./markdown";

/** Messages that come faster than this are read out together, as a number. */
const QUIET_MS = 900;
/** More is for whoever goes to the message. */
const READ_MAX = 240;

/** Reads out the newest message of somebody else; of several at once, how many: no chatter. */
export function Announcer({ newest }: { readonly newest: ChatEntry | undefined }) {
  const text = useSignal("");
  const known = useRef(newest?.id);
  const count = useRef(0);
  useEffect(() => {
    if (newest === undefined || newest.own || newest.id === known.current) return;
    known.current = newest.id;
    count.current += 1;
    const timer = setTimeout(() => {
      text.value = count.current > 1 ? t("chat.several_new", { count: count.current }) : spoken(newest);
      count.current = 0;
    }, QUIET_MS);
    return () => clearTimeout(timer);
  }, [newest?.id]);
  return (
    <p class="visually-hidden" aria-live="polite">
      {text.value}
    </p>
  );
}

function spoken(entry: ChatEntry): string {
  const words = plainText(entry.text, t("chat.code"));
  const images = entry.images.map(({ alt }) => `${t("chat.picture")} ${alt}`);
  const said = [words, ...images].filter(Boolean).join(" ");
  return `${entry.senderName}: ${said.length > READ_MAX ? `${said.slice(0, READ_MAX)}…` : said}`;
}
