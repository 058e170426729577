/** Figures as the page writes them. */
import { language } from "../i18n";
import { w } from "./words";

const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(language.value, { maximumFractionDigits: digits }).format(value);

/** How long something has lasted: "12 s", "3 min", "1 h 5 min". */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 90) return w("time.seconds", { count: seconds });
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return w("time.minutes", { count: minutes });
  return w("time.hours", { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** "1.8 s", below one second "0.03 s"; null: "–". */
export function seconds(ms: number | null): string {
  return ms === null ? "–" : w("time.seconds", { count: number(ms / 1000, ms < 1000 ? 2 : 1) });
}

export function milliseconds(ms: number | null): string {
  return ms === null ? "–" : w("time.ms", { count: number(ms) });
}

/** A share of 1, to a tenth of a percent. */
export function percent(share: number | null): string {
  if (share === null) return "–";
  return new Intl.NumberFormat(language.value, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

export function megabytes(bytes: number | null): string {
  return bytes === null ? "–" : w("size.mb", { count: number(bytes / 1_000_000) });
}

export function decimal(value: number): string {
  return number(value, 1);
}

/** Time of day with seconds. */
export function moment(atMs: number): string {
  return new Intl.DateTimeFormat(language.value, { timeStyle: "medium" }).format(atMs);
}
