import { useSignal } from "@preact/signals";
import { ImagePlus, Send, X } from "lucide-preact";
import { useEffect, useId, useLayoutEffect, useRef } from "preact/hooks";
import type { Draft, Participant, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { isStaff, nameOf } from "../people";
import { useClassroom } from "../state";
import { readStored, store } from "../stored";
import { AttachmentList } from "./AttachmentList";
import { picturesIn, useAttachments } from "./attachments";
import { type Conversation, conversationKey, readersOf } from "./conversations";
import { HandOffer, useHandOffer } from "./HandOffer";
import { MentionList, useMentions } from "./MentionList";
import { mentionsIn } from "./mentions";
import { changeable } from "./message-age";
import { useChatUi } from "./panel-state";
import { excerpt } from "./Quote";
import { CHARS_MAX, fitHeight } from "./text-box";

interface Props {
  readonly conversation: Conversation;
  readonly room: Snapshot;
  readonly me: Participant;
}

/** The place to write. What is not sent yet survives a reload and a crash, in each conversation for itself. */
export function Composer({ conversation, room, me }: Props) {
  const { messages, chat: entries, clockOffsetMs } = useClassroom();
  const chat = useChatUi();
  const key = conversationKey(conversation);
  const storageKey = `momentum.draft.${room.room_id}.${room.you}.${key}`;
  const text = useSignal(readStored(storageKey) ?? "");
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const tooMany = text.value.length - CHARS_MAX;
  const readers = readersOf(room.participants, conversation).filter((person) => person.id !== me.id);
  const answered = entries.value.find(
    (entry) => entry.id === chat.replyTo.value && entry.conversation === key,
  );
  const mentions = useMentions(readers, box, write);
  const hand = useHandOffer(text);
  const attachments = useAttachments();
  const dropping = useSignal(false);
  const files = useRef<HTMLInputElement>(null);
  const reader =
    conversation.channel === "trainers" && isStaff(me) && conversation.of !== null
      ? nameOf(room, conversation.of)
      : null;

  useLayoutEffect(() => fitHeight(box.current), [text.value]);
  useEffect(() => {
    if (answered) box.current?.focus();
  }, [answered?.id]);

  function write(value: string): void {
    text.value = value;
    store(storageKey, value);
  }

  function send(): void {
    const ready = text.peek().trim();
    const bare = ready === "" && !attachments.list.peek().some(({ image }) => image !== null);
    if (bare || tooMany > 0 || attachments.busy) return;
    if (hand.isCommand(ready)) {
      hand.focus();
      return;
    }
    const images = attachments.take();
    const draft: Draft = {
      channel: conversation.channel,
      text: ready,
      mentions: mentionsIn(ready, readers),
      ...(reader !== null && conversation.of !== null ? { to: conversation.of } : {}),
      ...(answered ? { replyTo: answered.id } : {}),
      ...(images.length > 0 ? { images } : {}),
    };
    write("");
    chat.replyTo.value = null;
    // A failure stays visible beside the message, with a way to send it again.
    void messages.post(draft).catch(() => undefined);
    box.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.isComposing || mentions.onKeyDown(event)) return;
    if (event.key === "Escape" && answered) {
      event.preventDefault();
      chat.replyTo.value = null;
    } else if (event.key === "ArrowUp" && text.peek() === "") {
      const mine = entries
        .peek()
        .filter((one) => one.own && one.conversation === key && one.state === "sent");
      const last = mine[mine.length - 1];
      if (last === undefined || !changeable(last, clockOffsetMs.peek())) return;
      event.preventDefault();
      chat.editing.value = last.id;
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  }

  return (
    <form
      class={dropping.value ? "composer composer--drop" : "composer"}
      onDragOver={(event) => {
        if (!event.dataTransfer?.types.includes("Files")) return;
        event.preventDefault();
        dropping.value = true;
      }}
      onDragLeave={() => {
        dropping.value = false;
      }}
      onDrop={(event) => {
        event.preventDefault();
        dropping.value = false;
        attachments.add(picturesIn(event.dataTransfer));
      }}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {reader === null ? null : <p class="composer__reader">{`${t("chat.with")} ${reader}`}</p>}
      <HandOffer offer={hand} onDone={() => (hand.isCommand(text.peek()) ? write("") : undefined)} />
      {answered ? (
        <div class="composer__reply">
          <p>
            <span class="composer__to">
              {t("chat.replying", { name: answered.own ? t("chat.own") : answered.senderName })}
            </span>
            <span dir="auto">{excerpt(answered)}</span>
          </p>
          <IconButton
            label={t("chat.reply_cancel")}
            onClick={() => {
              chat.replyTo.value = null;
              box.current?.focus();
            }}
          >
            <X size={18} aria-hidden="true" />
          </IconButton>
        </div>
      ) : null}
      <AttachmentList attachments={attachments} />
      <div class="composer__row">
        <input
          ref={files}
          type="file"
          accept="image/*"
          multiple
          hidden
          data-chat-files
          onChange={(event) => {
            attachments.add(Array.from(event.currentTarget.files ?? []));
            // The same file may be chosen again.
            event.currentTarget.value = "";
          }}
        />
        <IconButton label={t("chat.picture_add")} onClick={() => files.current?.click()}>
          <ImagePlus size={20} aria-hidden="true" />
        </IconButton>
        <MentionList id={`${id}-people`} mentions={mentions} />
        <textarea
          ref={box}
          class="composer__text"
          rows={1}
          dir="auto"
          data-panel-focus
          aria-label={t("chat.message")}
          aria-describedby={`${id}-hint`}
          aria-autocomplete="list"
          {...mentions.attributes(`${id}-people`)}
          placeholder={t("chat.placeholder")}
          value={text.value}
          onInput={(event) => {
            write(event.currentTarget.value);
            mentions.look();
          }}
          onPaste={(event) => {
            const pasted = picturesIn(event.clipboardData);
            if (pasted.length === 0) return;
            event.preventDefault();
            attachments.add(pasted);
          }}
          onClick={mentions.look}
          onBlur={mentions.close}
          onKeyDown={onKeyDown}
        />
        <IconButton label={t("chat.send")} type="submit">
          <Send size={20} aria-hidden="true" />
        </IconButton>
      </div>
      <p id={`${id}-hint`} class={tooMany > 0 ? "composer__hint composer__hint--over" : "composer__hint"}>
        {tooMany > 0 ? t("chat.too_long", { count: tooMany }) : t("chat.hint")}
      </p>
    </form>
  );
}
