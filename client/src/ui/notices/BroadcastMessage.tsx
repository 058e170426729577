import { Megaphone } from "lucide-preact";
import { t } from "../../i18n";
import { TextWithLinks } from "../chat/TextWithLinks";
import { Button } from "../common/Button";
import { useClassroom, useUi } from "../state";
import "./broadcast.css";

/** A trainer's message to everybody, over whatever people do, until it was read. */
export function BroadcastMessage() {
  const classroom = useClassroom();
  const others = classroom.chat.value.filter((entry) => entry.broadcast && !entry.own);
  const newest = others[others.length - 1];
  // What was said before this person came in is history: it stands in the chat.
  const readUntil = useUi().broadcastRead;
  if (readUntil.value === null) readUntil.value = newest?.id ?? 0;
  if (newest === undefined || newest.id <= readUntil.value) return null;
  return (
    <div class="broadcast" role="alert">
      <Megaphone class="broadcast__icon" aria-hidden="true" />
      <div class="broadcast__body">
        <p class="broadcast__who">{t("broadcast.title", { name: newest.senderName })}</p>
        <p class="broadcast__text">
          <TextWithLinks text={newest.text} />
        </p>
      </div>
      <Button
        kind="primary"
        onClick={() => {
          readUntil.value = newest.id;
        }}
      >
        {t("broadcast.ok")}
      </Button>
    </div>
  );
}
