import { Coffee } from "lucide-preact";
import type { Timer } from "../../generated/protocol";
import { t } from "../../i18n";
import { useServerNowMs } from "../clock";
import { Button } from "../common/Button";
import { Card, Spoken } from "../common/Card";
import { isStaff } from "../people";
import { putAway, useClassroom, useRun, useUi } from "../state";
import { isOver, remaining, timerTitle, untilWords } from "./timer";
import "./timer.css";

/** A break over the pictures: when to be back, in large figures; for staff also the ways to end it. */
export function BreakCard() {
  const timer = useClassroom().room.value?.timer ?? null;
  if (timer === null || !timer.is_break) return <Spoken text="" />;
  return <Break timer={timer} />;
}

function Break({ timer }: { readonly timer: Timer }) {
  const classroom = useClassroom();
  const ui = useUi();
  const run = useRun();
  const nowMs = useServerNowMs();
  const over = isOver(timer, nowMs);
  const key = `break-${timer.started_at_ms}-${over ? "over" : "on"}`;
  const words = over ? t("agenda.break_over") : untilWords(timer);
  return (
    <>
      <Spoken text={`${timerTitle(timer)}. ${words}`} />
      {ui.putAway.value.has(key) ? null : (
        <Card
          look="calm"
          icon={<Coffee size={24} />}
          lead={timerTitle(timer)}
          title={words}
          onClose={() => putAway(ui, key)}
        >
          <p class="break-card__left" role="timer">
            {remaining(timer, nowMs)}
          </p>
          {isStaff(classroom.me.value) ? (
            <div class="card__actions">
              <Button kind="primary" onClick={() => run(classroom.agenda.end())}>
                {t("agenda.end_break")}
              </Button>
              <Button onClick={() => run(classroom.agenda.extend(5))}>{t("agenda.more_time")}</Button>
            </div>
          ) : null}
        </Card>
      )}
    </>
  );
}
