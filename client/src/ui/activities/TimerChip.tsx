import { Coffee, Timer as TimerIcon } from "lucide-preact";
import type { Timer } from "../../generated/protocol";
import { t } from "../../i18n";
import { useServerNowMs } from "../clock";
import { useClassroom } from "../state";
import { isOver, remaining, timerTitle, untilWords } from "./timer";
import "./timer.css";

/** In the header: what runs, until when, how long still. */
export function TimerChip() {
  const timer = useClassroom().room.value?.timer ?? null;
  return timer === null ? null : <Chip timer={timer} />;
}

function Chip({ timer }: { readonly timer: Timer }) {
  const nowMs = useServerNowMs();
  const over = isOver(timer, nowMs);
  const Icon = timer.is_break ? Coffee : TimerIcon;
  const left = remaining(timer, nowMs);
  return (
    <p class={over ? "timer-chip timer-chip--over" : "timer-chip"} role="timer">
      <Icon size={18} aria-hidden="true" />
      <span class="timer-chip__what">
        <bdi>{timerTitle(timer)}</bdi>
        <span class="timer-chip__until">{untilWords(timer)}</span>
      </span>
      <span class="timer-chip__left" aria-hidden="true">
        {left}
      </span>
      <span class="visually-hidden">{over ? t("agenda.over") : t("agenda.left", { time: left })}</span>
    </p>
  );
}
