import { useId } from "preact/hooks";
import type { ChatEntry, Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { isStaff, nameOf } from "../people";
import { useUi } from "../state";
import { threadsOf, unreadCounts } from "./conversations";

interface Props {
  readonly room: Snapshot;
  readonly entries: readonly ChatEntry[];
  readonly sinceMs: number;
}

/** For staff: with whom. Those who wrote stand first; anybody else can be written to. */
export function ThreadChoice({ room, entries, sinceMs }: Props) {
  const ui = useUi();
  const id = useId();
  const threads = threadsOf(entries, (person) => nameOf(room, person));
  const counts = unreadCounts(entries, ui.readUntilMs.value, sinceMs);
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
        <option value="">{t("chat.choose")}</option>
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
      {threads.length === 0 && ui.chatThread.value === null ? (
        <p class="field__hint">{t("chat.empty_threads")}</p>
      ) : null}
    </div>
  );
}
