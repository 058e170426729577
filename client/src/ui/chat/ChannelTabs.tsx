import { useRef } from "preact/hooks";
import type { Channel, Participant } from "../../core/api";
import { t } from "../../i18n";
import { isStaff } from "../people";
import { useClassroom, useUi } from "../state";

/** Everyone, my group, private: tabs with arrow keys (ARIA authoring practices, tabs). */
export function ChannelTabs({ me }: { readonly me: Participant }) {
  const classroom = useClassroom();
  const ui = useUi();
  const list = useRef<HTMLDivElement>(null);
  const channels: readonly Channel[] = me.breakout ? ["room", "breakout", "trainers"] : ["room", "trainers"];
  const current = channels.includes(ui.chatChannel.value) ? ui.chatChannel.value : "room";
  const counts = classroom.messages.unreadIn.value;

  function choose(channel: Channel): void {
    ui.chatChannel.value = channel;
  }

  function onKeyDown(event: KeyboardEvent): void {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const next = channels[(channels.indexOf(current) + step + channels.length) % channels.length] ?? "room";
    choose(next);
    list.current?.querySelector<HTMLElement>(`#chat-tab-${next}`)?.focus();
  }

  function label(channel: Channel): string {
    if (channel === "trainers") return t(isStaff(me) ? "chat.private" : "chat.trainers");
    return t(channel === "room" ? "chat.room" : "chat.breakout");
  }

  function unread(channel: Channel): number {
    let sum = 0;
    for (const [key, count] of counts) if (key === channel || key.startsWith(`${channel}/`)) sum += count;
    return sum;
  }

  return (
    <div ref={list} class="chat__tabs" role="tablist" aria-label={t("chat.channel")} onKeyDown={onKeyDown}>
      {channels.map((channel) => {
        const count = unread(channel);
        return (
          <button
            key={channel}
            id={`chat-tab-${channel}`}
            type="button"
            role="tab"
            class="chat__tab"
            aria-selected={channel === current}
            aria-controls="chat-conversation"
            tabIndex={channel === current ? 0 : -1}
            onClick={() => choose(channel)}
          >
            {label(channel)}
            {count > 0 ? (
              <span class="chat__unread">
                <span aria-hidden="true">{count}</span>
                <span class="visually-hidden"> {t("chat.unread", { count })}</span>
              </span>
            ) : null}
          </button>
        );
      })}
    </div>
  );
}
