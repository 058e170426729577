import type { Checkin, Snapshot } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatNames } from "../../i18n/format";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";
import { answersByChoice, isThere, silentPeople } from "./checkin";
import { Results } from "./Results";
import { questionOf } from "./words";

interface Props {
  readonly room: Snapshot;
  readonly checkin: Checkin;
}

/** For staff: the answers as they come, with names, and who has not answered. */
export function RunningCheckin({ room, checkin }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const chosen = answersByChoice(checkin);
  const silent = silentPeople(room, checkin);
  const here = silent.filter(isThere);
  const absent = silent.filter((person) => !isThere(person));
  const shown = checkin.counts !== null;
  return (
    <div class="checkin">
      <p class="checkin__question">
        <bdi>{questionOf(checkin)}</bdi>
      </p>
      <p class="soft" role="status">
        {t(checkin.open ? "checkin.answers_open" : "checkin.answers_closed", {
          answered: checkin.answers.length,
          asked: checkin.answers.length + silent.length,
        })}
      </p>
      <Results
        checkin={checkin}
        counts={chosen.map((people) => people.length)}
        names={chosen.map((people) => people.map(({ name }) => name))}
      />
      {here.length > 0 ? (
        <p>
          <strong>{t("checkin.unanswered", { count: here.length })}</strong>{" "}
          {formatNames(here.map(({ name }) => name))}
        </p>
      ) : null}
      {absent.length > 0 ? (
        <p class="soft">{t("checkin.absent", { names: formatNames(absent.map(({ name }) => name)) })}</p>
      ) : null}
      <label class="checkin__show">
        <input
          type="checkbox"
          checked={shown}
          onChange={(event) => run(classroom.checkins.show(event.currentTarget.checked))}
        />
        <span>
          {t("checkin.show")}
          <span class="soft small"> {t("checkin.show_hint")}</span>
        </span>
      </label>
      <div class="checkin__actions">
        {checkin.open ? (
          <Button kind="primary" onClick={() => run(classroom.checkins.close())}>
            {t("checkin.close")}
          </Button>
        ) : (
          <Button onClick={() => run(classroom.checkins.clear())}>{t("checkin.clear")}</Button>
        )}
      </div>
    </div>
  );
}
