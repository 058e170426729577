import { useSignal } from "@preact/signals";
import { ArrowDown } from "lucide-preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Message } from "./Message";

interface Props {
  readonly entries: readonly ChatEntry[];
  readonly empty: string;
}

/** Nearer to the end than this counts as reading along. */
const NEAR_END_PX = 80;
/** Messages in a row by one person within this time stand under one name. */
const SAME_BREATH_MS = 3 * 60_000;

/** What was written. It follows the newest message unless the reader has scrolled up. */
export function MessageList({ entries, empty }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const newest = entries[entries.length - 1];

  function toEnd(): void {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }

  useLayoutEffect(() => {
    if (following.peek() || newest?.own) toEnd();
  }, [newest?.id]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    // The place to write grows, the phone's keyboard opens, the sheet appears: the newest stays in sight.
    const observer = new ResizeObserver(() => {
      if (following.peek()) toEnd();
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return (
    <div class="chat__messages">
      <div
        ref={scroller}
        class="chat__scroll"
        // The list itself stays quiet: Announcer reads only what others write, once.
        role="log"
        aria-live="off"
        aria-label={t("chat.log")}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          following.value = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
        }}
      >
        {entries.length === 0 ? <p class="chat__empty">{empty}</p> : null}
        {entries.map((entry, index) => (
          <Message key={keyOf(entry)} entry={entry} continued={continues(entries[index - 1], entry)} />
        ))}
      </div>
      {following.value ? null : (
        <div class="chat__newest">
          <Button
            onClick={() => {
              toEnd();
            }}
          >
            <ArrowDown size={18} aria-hidden="true" />
            {t("chat.newest")}
          </Button>
        </div>
      )}
      <Announcer newest={newest} />
    </div>
  );
}

function keyOf(entry: ChatEntry): string {
  return String(entry.id);
}

function continues(before: ChatEntry | undefined, entry: ChatEntry): boolean {
  return (
    before !== undefined &&
    before.senderId === entry.senderId &&
    before.broadcast === entry.broadcast &&
    entry.atMs - before.atMs < SAME_BREATH_MS
  );
}

/** Reads out the newest message of somebody else; when several come at once, only the last: no chatter. */
function Announcer({ newest }: { readonly newest: ChatEntry | undefined }) {
  const text = useSignal("");
  const first = useRef(newest?.id);
  useEffect(() => {
    if (newest === undefined || newest.own || newest.id === first.current) return;
    const timer = setTimeout(() => {
      text.value = `${newest.senderName}: ${newest.text}`;
    }, 700);
    return () => clearTimeout(timer);
  }, [newest?.id]);
  return (
    <p class="visually-hidden" aria-live="polite">
      {text.value}
    </p>
  );
}
