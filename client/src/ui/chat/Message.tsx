import { Megaphone } from "lucide-preact";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { useClassroom } from "../state";
import { TextWithLinks } from "./TextWithLinks";

interface Props {
  readonly entry: ChatEntry;
  /** Follows another one of the same person: no name again. */
  readonly continued: boolean;
}

export function Message({ entry, continued }: Props) {
  const classroom = useClassroom();
  const classes = [
    "message",
    entry.own && "message--own",
    entry.broadcast && "message--broadcast",
    continued && "message--continued",
    entry.state === "failed" && "message--failed",
  ];
  return (
    <article class={classes.filter(Boolean).join(" ")}>
      <p class={continued ? "visually-hidden" : "message__who"}>
        <strong>{entry.own ? t("chat.own") : entry.senderName}</strong>{" "}
        <time dateTime={new Date(entry.atMs).toISOString()}>{formatTime(entry.atMs)}</time>
      </p>
      {entry.broadcast ? (
        <p class="message__broadcast">
          <Megaphone size={16} aria-hidden="true" /> {t("chat.to_all")}
        </p>
      ) : null}
      <p class="message__text">
        <TextWithLinks text={entry.text} />
      </p>
      {entry.state === "sending" ? <p class="message__state">{t("chat.sending")}</p> : null}
      {entry.state === "failed" ? (
        <p class="message__state message__state--failed" role="alert">
          {t("chat.failed")}{" "}
          <button
            type="button"
            class="message__retry"
            // A new failure shows again right here.
            onClick={() => void classroom.retryChat(entry.id).catch(() => undefined)}
          >
            {t("chat.retry")}
          </button>
        </p>
      ) : null}
    </article>
  );
}
