import { useId } from "preact/hooks";
import type { Checkin, Participant } from "../../generated/protocol";
import { t } from "../../i18n";
import { isStaff } from "../people";
import { useClassroom } from "../state";
import { AskCheckin } from "./AskCheckin";
import { Choices } from "./Choices";
import { isAsked, ownAnswer } from "./checkin";
import { Results } from "./Results";
import { RunningCheckin } from "./RunningCheckin";
import { choiceWords, questionOf } from "./words";
import "./checkin.css";

/** In the panel: staff ask and see the answers; everybody else finds the question again. */
export function CheckinSection() {
  const classroom = useClassroom();
  const me = classroom.me.value;
  const room = classroom.room.value;
  if (me === null || room === null) return null;
  const { checkin } = room;
  return (
    <section class="activities__part" aria-labelledby="activities-checkin">
      <h3 id="activities-checkin">{t("checkin.title")}</h3>
      {isStaff(me) ? (
        <>
          {checkin === null ? null : <RunningCheckin key={checkin.id} room={room} checkin={checkin} />}
          {checkin?.open ? null : <AskCheckin key={checkin?.id ?? 0} />}
        </>
      ) : checkin === null ? (
        <p class="soft">{t("checkin.none")}</p>
      ) : (
        <OwnCheckin checkin={checkin} me={me} />
      )}
    </section>
  );
}

function OwnCheckin({ checkin, me }: { readonly checkin: Checkin; readonly me: Participant }) {
  const questionId = useId();
  const chosen = ownAnswer(checkin, me.id);
  const answerable = checkin.open && isAsked(me);
  return (
    <div class="checkin">
      <p id={questionId} class="checkin__question">
        <bdi>{questionOf(checkin)}</bdi>
      </p>
      {answerable ? <Choices checkin={checkin} chosen={chosen} labelledBy={questionId} /> : null}
      {checkin.counts === null ? null : <Results checkin={checkin} counts={checkin.counts} chosen={chosen} />}
      {!answerable && checkin.counts === null ? (
        <p class="soft">
          {chosen === null
            ? t("checkin.closed")
            : t("checkin.answered", { answer: choiceWords(checkin)[chosen] ?? "" })}
        </p>
      ) : null}
      <p class="soft small">{t("checkin.private")}</p>
    </div>
  );
}
