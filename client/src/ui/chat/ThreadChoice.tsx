import { useId } from "preact/hooks";
import type { ChatEntry, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { isStaff, nameOf } from "../people";
import { useClassroom, useUi } from "../state";
import { threadsOf } from "./conversations";

interface Props {
  readonly room: Snapshot;
  readonly entries: readonly ChatEntry[];
}

/** For staff: with whom. Those who wrote stand first; anybody else can be written to. */
export function ThreadChoice({ room, entries }: Props) {
  const classroom = useClassroom();
  const ui = useUi();
  const id = useId();
  const threads = threadsOf(entries, (person) => nameOf(room, person));
  const counts = classroom.messages.unreadIn.value;
  const known = new Set(threads.map((thread) => thread.participantId));
  const others = room.participants.filter((person) => !isStaff(person) && !known.has(person.id));
  const unread = (person: string) => counts.get(`trainers/${person}`) ?? 0;
  return (
    <div class="chat__thread field">
      <label class="field__label" for={id}>
        {t("chat.with")}
      </label>
      <select
        id={id}
        class="field__control"
        value={ui.chatThread.value ?? ""}
        onChange={(event) => {
          ui.chatThread.value = event.currentTarget.value || null;
        }}
      >
        <option value="">{t("chat.among_staff")}</option>
        {threads.map(({ participantId, name }) => (
          <option key={participantId} value={participantId}>
            {unread(participantId) > 0
              ? `${name} · ${t("chat.unread", { count: unread(participantId) })}`
              : name}
          </option>
        ))}
        {others.map((person) => (
          <option key={person.id} value={person.id}>
            {person.name}
          </option>
        ))}
      </select>
    </div>
  );
}
