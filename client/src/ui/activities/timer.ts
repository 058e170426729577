/** What a timer says at a moment. Pure. */
import type { Timer } from "../../generated/protocol";
import { t } from "../../i18n";
import { formatCountdown, formatTime } from "../../i18n/format";

/** "4:59"; past the end "+0:12". */
export function remaining({ started_at_ms, ends_at_ms }: Timer, serverNowMs: number): string {
  // Our guess of the server's clock may be a little behind: a break of ten minutes never has 10:01 left.
  const leftMs = Math.min(ends_at_ms - serverNowMs, ends_at_ms - started_at_ms);
  return leftMs > 0 ? formatCountdown(leftMs) : `+${formatCountdown(-leftMs)}`;
}

export function isOver({ ends_at_ms }: Timer, serverNowMs: number): boolean {
  return serverNowMs >= ends_at_ms;
}

export function timerTitle({ title, is_break }: Pick<Timer, "title" | "is_break">): string {
  return title === "" && is_break ? t("agenda.break") : title;
}

/** "Back at 10:45" for a break, "until 10:45" for anything else. The time of day is the server's, whatever this clock says. */
export function untilWords({ ends_at_ms, is_break }: Timer): string {
  const time = formatTime(ends_at_ms);
  return is_break ? t("agenda.back_at", { time }) : t("agenda.until", { time });
}
