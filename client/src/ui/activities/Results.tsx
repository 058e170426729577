import { Check } from "lucide-preact";
import type { Checkin } from "../../generated/protocol";
import { t } from "../../i18n";
import { choiceWords } from "./words";

interface Props {
  readonly checkin: Checkin;
  readonly counts: readonly number[];
  /** One's own answer is marked. */
  readonly chosen?: number | null;
  /** Staff: who chose what. */
  readonly names?: readonly (readonly string[])[];
}

/** How many chose what, as bars that are also written out. */
export function Results({ checkin, counts, chosen = null, names }: Props) {
  const most = Math.max(1, ...counts);
  return (
    <ul class="results">
      {choiceWords(checkin).map((word, choice) => {
        const count = counts[choice] ?? 0;
        const people = names?.[choice] ?? [];
        return (
          <li key={choice} class="result">
            <span class="result__word">
              {chosen === choice ? <Check size={18} aria-hidden="true" /> : null}
              <bdi>{word}</bdi>
              {chosen === choice ? <span class="visually-hidden">, {t("checkin.yours")}</span> : null}
            </span>
            <span class="result__count">{count}</span>
            <span class="result__bar" aria-hidden="true">
              <span style={{ width: `${(count / most) * 100}%` }} />
            </span>
            {people.length > 0 ? <span class="result__names">{people.join(", ")}</span> : null}
          </li>
        );
      })}
    </ul>
  );
}
