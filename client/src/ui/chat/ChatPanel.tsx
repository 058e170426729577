import { Search } from "lucide-preact";
import { useEffect, useMemo } from "preact/hooks";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { isStaff } from "../people";
import { useClassroom, useUi } from "../state";
import { ChannelTabs } from "./ChannelTabs";
import { Composer } from "./Composer";
import { type Conversation, conversationKey, entriesOf } from "./conversations";
import { MessageList } from "./MessageList";
import { ChatUiContext, createChatUi } from "./panel-state";
import { SearchBox } from "./SearchBox";
import { ThreadChoice } from "./ThreadChoice";
import "./chat.css";
import "./message.css";
import "./composer.css";
import "./code.css";

/** Who reads what is chosen first; then what was written, then the place to write. */
export function ChatPanel() {
  const classroom = useClassroom();
  const ui = useUi();
  const chat = useMemo(createChatUi, []);
  const room = classroom.room.value;
  const me = classroom.me.value;
  const entries = classroom.chat.value;
  const staff = isStaff(me);
  useEffect(() => {
    // What was said in groups of the past is found by searching; nobody is to look for it because of a number.
    for (const left of groupsLeft(entries, me?.breakout ?? null)) classroom.messages.markRead(left);
  }, [classroom, entries, me?.breakout]);
  if (room === null || me === null) return null;

  const conversation = openConversation();
  const key = conversationKey(conversation);

  function openConversation(): Conversation {
    const channel = ui.chatChannel.value;
    if (channel === "breakout" && me?.breakout) return { channel, of: me.breakout };
    if (channel === "trainers") {
      return { channel, of: staff ? ui.chatThread.value : (me?.id ?? null) };
    }
    return { channel: "room", of: null };
  }

  function show(entry: ChatEntry): void {
    ui.chatChannel.value = entry.channel;
    if (staff && entry.channel === "trainers") ui.chatThread.value = entry.thread;
    chat.target.value = entry.id;
  }

  return (
    <ChatUiContext.Provider value={chat}>
      <div class="chat">
        <div class="chat__head">
          <ChannelTabs me={me} />
          <IconButton
            label={t("chat.search")}
            aria-expanded={chat.searching.value}
            onClick={() => {
              chat.searching.value = !chat.searching.value;
            }}
          >
            <Search size={20} aria-hidden="true" />
          </IconButton>
        </div>
        {chat.searching.value ? <SearchBox entries={entries} onShow={show} /> : null}
        <div
          class="chat__body"
          id="chat-conversation"
          role="tabpanel"
          aria-labelledby={`chat-tab-${conversation.channel}`}
        >
          {staff && ui.chatChannel.value === "trainers" ? (
            <ThreadChoice room={room} entries={entries} />
          ) : null}
          <MessageList
            key={key}
            conversation={key}
            entries={entriesOf(entries, conversation)}
            empty={emptyText(conversation, staff)}
          />
          {conversation.channel === "room" && me.role === "participant" && !room.rules.chat ? (
            <p class="chat__closed">{t("error.chat_forbidden")}</p>
          ) : (
            <Composer key={`composer-${key}`} conversation={conversation} room={room} me={me} />
          )}
        </div>
      </div>
    </ChatUiContext.Provider>
  );
}

function groupsLeft(entries: readonly ChatEntry[], breakout: string | null): ReadonlySet<string> {
  const past = entries.filter((entry) => entry.channel === "breakout" && entry.breakout !== breakout);
  return new Set(past.map((entry) => entry.conversation));
}

function emptyText({ channel, of }: Conversation, staff: boolean): string {
  if (channel !== "trainers") return t("chat.empty");
  if (!staff) return t("chat.empty_trainers");
  return of === null ? t("chat.empty_staff") : t("chat.empty");
}
