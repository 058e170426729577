import { useSignal } from "@preact/signals";
import { Megaphone } from "lucide-preact";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { isStaff } from "../people";
import { useClassroom } from "../state";
import { DeleteQuestion } from "./DeleteQuestion";
import { EditBox } from "./EditBox";
import { Formatted } from "./Formatted";
import { MessageActions } from "./MessageActions";
import { Picture } from "./Picture";
import { useChatUi } from "./panel-state";
import { Quote } from "./Quote";

interface Props {
  readonly entry: ChatEntry;
  /** Follows another one of the same person: no name again. */
  readonly continued: boolean;
  /** What it answers; null: that is no longer kept; undefined: it answers nothing. */
  readonly answered: ChatEntry | null | undefined;
  /** The first that is new to the reader. */
  readonly firstNew: boolean;
  /** The keyboard is here: its actions can be reached. */
  readonly current: boolean;
  /** Was just looked for. */
  readonly flashed: boolean;
}

/** Signals let it be drawn again only when its own props change: the list may be long. */
export function Message(props: Props) {
  const { entry, continued, answered, firstNew, current, flashed } = props;
  const chat = useChatUi();
  const deleting = useSignal(false);
  const mentionsMe = entry.mentions.includes(useClassroom().room.value?.you ?? "");
  const classes = [
    "message",
    entry.own && "message--own",
    entry.broadcast && "message--broadcast",
    mentionsMe && "message--mention",
    continued && "message--continued",
    flashed && "message--flashed",
    entry.state === "failed" && "message--failed",
    entry.deletedBy !== null && "message--deleted",
  ];
  const editing = chat.editing.value === entry.id;
  return (
    <>
      {firstNew ? (
        <p class="chat__new">
          <span>{t("chat.new_line")}</span>
        </p>
      ) : null}
      <article
        id={`chat-message-${entry.id}`}
        data-message={entry.id}
        class={classes.filter(Boolean).join(" ")}
        tabIndex={-1}
        aria-label={entry.own ? t("chat.own") : entry.senderName}
      >
        <p class={continued ? "visually-hidden" : "message__who"}>
          <strong>
            <bdi>{entry.own ? t("chat.own") : entry.senderName}</bdi>
          </strong>{" "}
          <time dateTime={new Date(entry.atMs).toISOString()}>{formatTime(entry.atMs)}</time>
        </p>
        {entry.broadcast ? (
          <p class="message__broadcast">
            <Megaphone size={16} aria-hidden="true" /> {t("chat.to_all")}
          </p>
        ) : null}
        {editing ? (
          <EditBox entry={entry} />
        ) : (
          <Body entry={entry} answered={answered} current={current} mentionsMe={mentionsMe} />
        )}
        {entry.state === "sending" ? <p class="message__state">{t("chat.sending")}</p> : null}
        {entry.state === "failed" ? <NotSent id={entry.id} /> : null}
        {deleting.value ? (
          <DeleteQuestion
            id={entry.id}
            onClose={() => {
              deleting.value = false;
            }}
          />
        ) : null}
        {entry.state === "sent" && !editing ? (
          <MessageActions
            entry={entry}
            reachable={current}
            onDelete={() => {
              deleting.value = true;
            }}
          />
        ) : null}
      </article>
    </>
  );
}

function Body({
  entry,
  answered,
  current,
  mentionsMe,
}: Pick<Props, "entry" | "answered" | "current"> & { readonly mentionsMe: boolean }) {
  const { room, me } = useClassroom();
  const names = (room.value?.participants ?? [])
    .filter(({ id }) => entry.mentions.includes(id))
    .map(({ name }) => name);
  if (entry.deletedBy !== null) {
    const by = room.value?.participants.find(({ id }) => id === entry.deletedBy) ?? null;
    const others = entry.deletedBy !== entry.senderId && (by === null || isStaff(by));
    return <p class="message__gone">{t(others ? "chat.deleted_by_staff" : "chat.deleted")}</p>;
  }
  return (
    <div class="message__text">
      {answered === undefined ? null : <Quote entry={answered} />}
      {mentionsMe ? <span class="visually-hidden">{t("chat.mentions_you")} </span> : null}
      {entry.text === "" ? null : (
        <Formatted text={entry.text} names={names} ownName={me.value?.name ?? ""} reachable={current} />
      )}
      {entry.images.map((image) => (
        <Picture key={image.id} image={image} />
      ))}
      {entry.editedAtMs === null ? null : (
        <span class="message__edited" title={formatTime(entry.editedAtMs)}>
          {t("chat.edited")}
        </span>
      )}
    </div>
  );
}

function NotSent({ id }: { readonly id: number }) {
  const { messages } = useClassroom();
  return (
    <p class="message__state message__state--failed" role="alert">
      {t("chat.failed")}{" "}
      <button
        type="button"
        class="message__retry"
        // A new failure shows again right here.
        onClick={() => void messages.retry(id).catch(() => undefined)}
      >
        {t("chat.retry")}
      </button>
      <button type="button" class="message__retry" onClick={() => messages.discard(id)}>
        {t("chat.discard")}
      </button>
    </p>
  );
}
