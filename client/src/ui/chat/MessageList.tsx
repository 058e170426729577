import { useSignal } from "@preact/signals";
import { ArrowDown } from "lucide-preact";
import { useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom } from "../state";
import { Announcer } from "./Announcer";
import { Message } from "./Message";
import { useChatUi } from "./panel-state";

interface Props {
  readonly conversation: string;
  readonly entries: readonly ChatEntry[];
  readonly empty: string;
}

/** Nearer to the end than this counts as reading along. */
const NEAR_END_PX = 80;
/** Messages in a row by one person within this time stand under one name. */
const SAME_BREATH_MS = 3 * 60_000;

/**
 * What was written. It follows the newest message unless the reader has scrolled up, and begins at the first unread one.
 * Arrow keys go from message to message, so that the keyboard passes the list in one step.
 */
export function MessageList({ conversation, entries, empty }: Props) {
  const { messages } = useClassroom();
  const chat = useChatUi();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const following = useSignal(true);
  const current = useSignal<number | null>(null);
  const flashed = useSignal<number | null>(null);
  /** After this one the line stands that says "new". */
  const newAfter = useSignal(messages.lastRead(conversation));
  const newest = entries[entries.length - 1];
  const firstNew = entries.find(({ id, own, state }) => id > newAfter.value && !own && state === "sent")?.id;
  const byId = useMemo(() => new Map(entries.map((entry) => [entry.id, entry])), [entries]);

  function toEnd(): void {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }

  function elementOf(id: number | undefined): HTMLElement | null {
    return scroller.current?.querySelector(`#chat-message-${id}`) ?? null;
  }

  function lookWhere(): void {
    const element = scroller.current;
    if (element === null) return;
    following.value = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END_PX;
  }

  function read(): void {
    if (following.peek() && !document.hidden) messages.markRead(conversation);
  }

  useLayoutEffect(() => {
    // Back after a while: reading goes on where it ended.
    if (chat.target.peek() !== null || firstNew === undefined) return;
    elementOf(firstNew)?.scrollIntoView({ block: "center" });
    lookWhere();
  }, []);
  useLayoutEffect(() => {
    if (chat.target.peek() !== null) return;
    if (newest?.own && newest.state === "sending")
      newAfter.value = Math.max(newAfter.peek(), messages.lastRead(conversation));
    if ((following.peek() && firstNew === undefined) || newest?.own) toEnd();
  }, [newest?.id]);
  useLayoutEffect(() => {
    const id = chat.target.value;
    const element = id === null ? null : elementOf(id);
    if (!element) return;
    chat.target.value = null;
    following.value = false;
    flashed.value = id;
    element.scrollIntoView({ block: "center" });
    element.focus({ preventScroll: true });
  }, [chat.target.value, conversation]);
  useEffect(() => {
    read();
    document.addEventListener("visibilitychange", read);
    return () => document.removeEventListener("visibilitychange", read);
  }, [newest?.id]);
  useEffect(() => {
    if (scroller.current === null || content.current === null) return;
    // The place to write grows, the phone's keyboard opens, letters become larger: the newest stays in sight.
    const observer = new ResizeObserver(() => {
      if (following.peek() && chat.target.peek() === null) toEnd();
    });
    observer.observe(scroller.current);
    observer.observe(content.current);
    return () => observer.disconnect();
  }, []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || !(event.target instanceof HTMLElement)) return;
    if (event.target.closest("textarea, input, pre")) return;
    const index = entries.findIndex(({ id }) => id === current.peek());
    const last = entries.length - 1;
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: index < 0 ? last : Math.max(0, index - 1),
      ArrowDown: index < 0 ? last : Math.min(last, index + 1),
      Home: 0,
      End: last,
    };
    const to = steps[event.key];
    const element = to === undefined ? null : elementOf(entries[to]?.id);
    if (!element) return;
    event.preventDefault();
    element.focus();
    element.scrollIntoView({ block: "nearest" });
  }

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
        onKeyDown={onKeyDown}
        onFocusIn={(event) => {
          const article = event.target instanceof Element ? event.target.closest("[data-message]") : null;
          current.value = article === null ? null : Number(article.getAttribute("data-message"));
        }}
        onScroll={() => {
          lookWhere();
          read();
        }}
      >
        <div ref={content}>
          {entries.length === 0 ? <p class="chat__empty">{empty}</p> : null}
          {entries.map((entry, index) => (
            <Message
              key={entry.id}
              entry={entry}
              continued={entry.id !== firstNew && continues(entries[index - 1], entry)}
              answered={entry.replyTo === null ? undefined : (byId.get(entry.replyTo) ?? null)}
              firstNew={entry.id === firstNew}
              current={current.value === entry.id}
              flashed={flashed.value === entry.id}
            />
          ))}
        </div>
      </div>
      {following.value ? null : (
        <div class="chat__newest">
          <Button onClick={toEnd}>
            <ArrowDown size={18} aria-hidden="true" />
            <span class="chat__newest-words">{t("chat.newest")}</span>
          </Button>
        </div>
      )}
      <Announcer entries={entries} />
    </div>
  );
}

function continues(before: ChatEntry | undefined, entry: ChatEntry): boolean {
  return (
    before !== undefined &&
    before.senderId === entry.senderId &&
    before.broadcast === entry.broadcast &&
    entry.replyTo === null &&
    entry.atMs - before.atMs < SAME_BREATH_MS
  );
}
