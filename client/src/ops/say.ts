/** From what the server knows to what an operator reads. Pure but for the language and the time. */
import type { Complaint, Entry, PersonRow, Status, WayView } from "../generated/ops";
import { t } from "../i18n";
import { duration, seconds } from "./format";
import { lookUpWord, w } from "./words";

export function complaintWords({ reason, count, since_ms }: Complaint, nowMs: number): string {
  return w(`reason.${reason}`, { count, time: duration(nowMs - since_ms) });
}

export interface IllWords {
  readonly tone: Status;
  readonly text: string;
}

/** What is to be said of somebody now, the gravest first; never nothing. */
export function personWords(person: PersonRow, nowMs: number): readonly IllWords[] {
  if (person.gone_at_ms !== null) return [{ tone: "fine", text: w("ill.left") }];
  const time = (sinceMs: number) => ({ time: duration(nowMs - sinceMs) });
  const found: IllWords[] = [];
  const { missing, deaf, unheard, poor } = person.since;
  if (missing !== undefined) found.push({ tone: "trouble", text: w("ill.missing", time(missing)) });
  if (deaf !== undefined) found.push({ tone: "serious", text: w("ill.deaf", time(deaf)) });
  if (unheard !== undefined) found.push({ tone: "serious", text: w("ill.unheard", time(unheard)) });
  if (poor !== undefined) found.push({ tone: "attention", text: w("ill.poor", time(poor)) });
  if (person.help_since_ms !== null)
    found.push({ tone: "trouble", text: w("ill.help", time(person.help_since_ms)) });
  if (person.hand_since_ms !== null)
    found.push({ tone: "attention", text: w("ill.hand", time(person.hand_since_ms)) });
  if (person.away && missing === undefined) found.push({ tone: "fine", text: w("ill.away") });
  return found.length > 0 ? found : [{ tone: "fine", text: w("ill.fine") }];
}

/** "good (parts get lost on the way)"; null: not known. */
export function qualityWords(way: WayView | null): string {
  if (way === null) return "–";
  const rating = t(`quality.rating.${way.rating}`);
  const reasons =
    way.rating === "excellent" ? [] : way.reasons.map((reason) => t(`quality.reason.${reason}`));
  return reasons.length > 0 ? t("quality.because", { rating, reasons: reasons.join(", ") }) : rating;
}

export function eventWords({ what, detail }: Entry): string {
  if (what === "first_word")
    return w("event.first_word", { detail: seconds(Number(detail)).replace(/\D+$/, "") });
  return w(`event.${what}`, { detail: lookUpWord(`way.${detail}`) ?? detail });
}
