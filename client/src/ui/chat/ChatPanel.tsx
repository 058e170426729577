import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import { isStaff, nameOf } from "../people";
import { useClassroom, useUi } from "../state";
import { ChannelTabs } from "./ChannelTabs";
import { Composer } from "./Composer";
import { type Conversation, conversationKey, entriesOf } from "./conversations";
import { MessageList } from "./MessageList";
import { ThreadChoice } from "./ThreadChoice";
import "./chat.css";

/** Who reads what is chosen first; then what was written, then the place to write. */
export function ChatPanel() {
  const classroom = useClassroom();
  const ui = useUi();
  const room = classroom.room.value;
  const me = classroom.me.value;
  const entries = classroom.chat.value;
  const newest = entries[entries.length - 1];
  const staff = isStaff(me);
  const conversation = openConversation();
  const shown = conversation === null ? [] : entriesOf(entries, conversation);
  const key = conversation === null ? "" : conversationKey(conversation);
  const newestShownMs = shown[shown.length - 1]?.atMs ?? 0;

  function openConversation(): Conversation | null {
    const channel = ui.chatChannel.value;
    if (channel === "breakout" && me?.breakout) return { channel, of: me.breakout };
    if (channel === "trainers") {
      const of = staff ? ui.chatThread.value : (me?.id ?? null);
      return of === null ? null : { channel, of };
    }
    return { channel: "room", of: null };
  }

  useEffect(() => {
    classroom.markChatRead();
  }, [classroom, newest?.id]);
  useEffect(() => {
    if (key === "" || (ui.readUntilMs.peek()[key] ?? 0) >= newestShownMs) return;
    ui.readUntilMs.value = { ...ui.readUntilMs.peek(), [key]: newestShownMs };
  }, [ui, key, newestShownMs]);

  if (room === null || me === null) return null;
  return (
    <div class="chat">
      <ChannelTabs me={me} entries={entries} />
      <div
        class="chat__body"
        id="chat-conversation"
        role="tabpanel"
        aria-labelledby={`chat-tab-${ui.chatChannel.value}`}
      >
        {staff && ui.chatChannel.value === "trainers" ? (
          <ThreadChoice room={room} entries={entries} sinceMs={me.joined_at_ms} />
        ) : null}
        {conversation === null ? null : (
          <>
            <MessageList key={key} entries={shown} empty={emptyText(conversation, staff)} />
            <Composer
              key={`composer-${key}`}
              draftKey={`${room.room_id}.${room.you}.${key}`}
              onSend={(text) =>
                classroom.postChat(
                  conversation.channel,
                  text,
                  staff && conversation.of !== null && conversation.channel === "trainers"
                    ? conversation.of
                    : undefined,
                )
              }
              {...(staff && conversation.channel === "trainers" && conversation.of !== null
                ? { reader: nameOf(room, conversation.of) }
                : {})}
            />
          </>
        )}
      </div>
    </div>
  );
}

function emptyText({ channel }: Conversation, staff: boolean): string {
  return channel === "trainers" && !staff ? t("chat.empty_trainers") : t("chat.empty");
}
