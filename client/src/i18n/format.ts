/** Times, durations and lists as the chosen language writes them. */
import { language, t } from "./index";

/** Time of day: "10:05" in French, "10:05 AM" in English. */
export function formatTime(atMs: number): string {
  return new Intl.DateTimeFormat(language.value, { hour: "numeric", minute: "2-digit" }).format(atMs);
}

/** How long somebody has waited: "less than a minute", "2 min", "1 hr 5 min". */
export function formatWaiting(durationMs: number): string {
  const minutes = Math.floor(Math.max(0, durationMs) / 60_000);
  if (minutes < 1) return t("time.less_than_minute");
  if (minutes < 60) return unit(minutes, "minute");
  const rest = minutes % 60;
  const hours = unit(Math.floor(minutes / 60), "hour");
  return rest === 0 ? hours : `${hours} ${unit(rest, "minute")}`;
}

/** A round number of minutes or seconds, for choices: "5 min", "10 sec". */
export function formatDuration(seconds: number): string {
  return seconds % 60 === 0 ? unit(seconds / 60, "minute") : unit(seconds, "second");
}

/** A running clock: "4:59", "1:00:00"; never below "0:00". */
export function formatCountdown(remainingMs: number): string {
  const total = Math.ceil(Math.max(0, remainingMs) / 1000);
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = String(total % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

/** "Ana, Karim and Léa". */
export function formatNames(names: readonly string[]): string {
  return new Intl.ListFormat(language.value, { type: "conjunction" }).format(names);
}

/** A share of 1: "125%" in English, "125 %" in French. */
export function formatPercent(share: number): string {
  return new Intl.NumberFormat(language.value, { style: "percent" }).format(share);
}

function unit(value: number, name: "hour" | "minute" | "second"): string {
  return new Intl.NumberFormat(language.value, { style: "unit", unit: name, unitDisplay: "short" }).format(
    value,
  );
}
