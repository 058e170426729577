import type { Snapshot } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatTime } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { useClassroom } from "../state";
import { notHeardSince } from "./not-heard";
import "./turns.css";

/** For staff alone, folded away: whom nobody has heard from for a while. An invitation to ask, not a measure. */
export function NotHeard({ room }: { readonly room: Snapshot }) {
  const classroom = useClassroom();
  const nowMs = useServerNowMs();
  const heard = classroom.lastHeard.value;
  if (heard === null) return null;
  const people = notHeardSince(room.participants, heard, nowMs);
  return (
    <section class="people__part">
      <details class="not-heard">
        <summary>
          {t("not_heard.title")} <span class="people__count">{people.length}</span>
        </summary>
        {people.length === 0 ? (
          <p class="soft">{t("not_heard.none")}</p>
        ) : (
          <ul>
            {people.map(({ person, sinceMs }) => (
              <li key={person.id} class="not-heard__person">
                <bdi class="person__name">{person.name}</bdi>{" "}
                <span class="person__facts">{t("not_heard.since", { time: formatTime(sinceMs) })}</span>
              </li>
            ))}
          </ul>
        )}
        <p class="soft small">{t("not_heard.hint")}</p>
      </details>
    </section>
  );
}
