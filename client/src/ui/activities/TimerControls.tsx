import type { AgendaItem, Snapshot, Timer } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatDuration } from "../../i18n/format";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";
import { remaining, timerTitle, untilWords } from "./timer";

const BREAKS_MIN = [5, 10, 15] as const;

/** For staff: what runs, with what can be done about it; else the next line, and a break now. */
export function TimerControls({ room }: { readonly room: Snapshot }) {
  const classroom = useClassroom();
  const run = useRun();
  const { timer } = room;
  const next = nextLine(room);
  return (
    <div class="timer">
      {timer === null ? null : (
        <>
          <TimerState timer={timer} />
          <div class="timer__actions">
            <Button onClick={() => run(classroom.agenda.extend(5))}>{t("agenda.more_time")}</Button>
            <Button onClick={() => run(classroom.agenda.end())}>
              {t(timer.is_break ? "agenda.end_break" : "agenda.end")}
            </Button>
          </div>
        </>
      )}
      {next === null ? null : (
        <Button kind="primary" onClick={() => run(classroom.agenda.start(next.id))}>
          {t(timer === null ? "agenda.start_next" : "agenda.next", { title: timerTitle(next) })}
        </Button>
      )}
      {timer?.is_break ? null : (
        // biome-ignore lint/a11y/useSemanticElements: the buttons act at once; they are no fields of a form
        <div class="timer__breaks" role="group" aria-label={t("agenda.break_now")}>
          <span aria-hidden="true">{t("agenda.break_now")}</span>
          {BREAKS_MIN.map((minutes) => (
            <Button key={minutes} onClick={() => run(classroom.agenda.startBreak(minutes))}>
              {formatDuration(minutes * 60)}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}

function TimerState({ timer }: { readonly timer: Timer }) {
  const nowMs = useServerNowMs();
  return (
    <p class="timer__state">
      <bdi>{timerTitle(timer)}</bdi> · {untilWords(timer)} ·{" "}
      <strong role="timer">{remaining(timer, nowMs)}</strong>
    </p>
  );
}

/** The first line after what runs (or ran last) that was not started yet. */
function nextLine({ agenda, timer }: Snapshot): AgendaItem | null {
  const now = agenda.findIndex((item) => item.id === timer?.item);
  return agenda.find((item, place) => place > now && item.started_at_ms === null) ?? null;
}
