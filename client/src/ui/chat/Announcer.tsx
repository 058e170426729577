import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { plainText } from "./markdown";

/** Messages that come faster than this are read out together, as a number. */
const QUIET_MS = 900;
/** More is for whoever goes to the message. */
const READ_MAX = 240;

/** Reads out the newest message of somebody else; of several at once, how many: no chatter. One's own are known. */
export function Announcer({ entries }: { readonly entries: readonly ChatEntry[] }) {
  const text = useSignal("");
  /** Ids grow; those of one's own unsent messages are negative. */
  const told = useRef(newestOf(entries));
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const newest = newestOf(entries);
  useEffect(() => {
    const fresh = entries.filter(({ id, own }) => !own && id > told.current);
    const [first] = fresh;
    if (first === undefined) return;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      told.current = newest;
      text.value = fresh.length > 1 ? t("chat.several_new", { count: fresh.length }) : spoken(first);
    }, QUIET_MS);
  }, [newest]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <p class="visually-hidden" aria-live="polite">
      {text.value}
    </p>
  );
}

function newestOf(entries: readonly ChatEntry[]): number {
  return entries.reduce((newest, { id }) => Math.max(newest, id), 0);
}

function spoken(entry: ChatEntry): string {
  const words = plainText(entry.text, t("chat.code"));
  const images = entry.images.map(({ alt }) => `${t("chat.picture")} ${alt}`);
  const said = [words, ...images].filter(Boolean).join(" ");
  return `${entry.senderName}: ${said.length > READ_MAX ? `${said.slice(0, READ_MAX)}…` : said}`;
}
