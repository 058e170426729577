/** The words of check-ins: ready-made kinds travel as codes, and everybody reads them in their own language. */
import type { Checkin, CheckinKind } from "../../generated/protocol";
import { lookUp, t } from "../../i18n";

export const READY_MADE: readonly Exclude<CheckinKind, "question">[] = [
  "pace",
  "progress",
  "yes_no",
  "scale",
];

/** What is asked: the trainer's own words, or those of the ready-made kind. */
export function questionOf({ kind, question }: Pick<Checkin, "kind" | "question">): string {
  if (question !== "" || kind === "question") return question;
  return t(`checkin.ask_${kind}`);
}

export function choiceWords({ kind, choices }: Pick<Checkin, "kind" | "choices">): readonly string[] {
  if (kind === "question") return choices;
  return choices.map((code) => lookUp(`checkin.choice_${code}`) ?? code);
}
