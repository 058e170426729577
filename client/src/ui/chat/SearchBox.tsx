import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { useChatUi } from "./panel-state";
import { excerpt } from "./Quote";
import { search } from "./search";

interface Props {
  readonly entries: readonly ChatEntry[];
  readonly onShow: (entry: ChatEntry) => void;
}

/** Finds what was said in every conversation that the person may read. Arrow keys and Enter go to a message. */
export function SearchBox({ entries, onShow }: Props) {
  const chat = useChatUi();
  const query = useSignal("");
  const box = useRef<HTMLElement>(null);
  const found = search(entries, query.value);
  const asked = query.value.trim() !== "";

  useEffect(() => box.current?.querySelector("input")?.focus(), []);

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      // Only the search ends; the panel stays.
      event.preventDefault();
      chat.searching.value = false;
      return;
    }
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const stops = [...(box.current?.querySelectorAll<HTMLElement>("input, .found button") ?? [])];
    if (step === 0 || stops.length === 0) return;
    event.preventDefault();
    const at = stops.indexOf(document.activeElement as HTMLElement);
    stops[Math.max(0, Math.min(stops.length - 1, at + step))]?.focus();
  }

  return (
    <search ref={box} class="chat__search" onKeyDown={onKeyDown}>
      <input
        type="search"
        class="field__control"
        aria-label={t("chat.search")}
        placeholder={t("chat.search")}
        value={query.value}
        maxLength={200}
        onInput={(event) => {
          query.value = event.currentTarget.value;
        }}
      />
      <p class="chat__count" role="status">
        {asked ? t("chat.found", { count: found.length }) : ""}
      </p>
      {found.length === 0 ? null : (
        <ul class="found">
          {found.map((entry) => (
            <li key={entry.id}>
              <button type="button" onClick={() => onShow(entry)}>
                <span class="found__who">
                  <strong>
                    <bdi>{entry.own ? t("chat.own") : entry.senderName}</bdi>
                  </strong>{" "}
                  <time dateTime={new Date(entry.atMs).toISOString()}>{formatTime(entry.atMs)}</time>
                </span>
                <span class="found__text" dir="auto">
                  {excerpt(entry)}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </search>
  );
}
