import type { Signal } from "@preact/signals";
import type { Participant } from "../../core/api";
import { t } from "../../i18n";
import { groupLabel } from "../people";
import type { Draft } from "./plan";

interface Props {
  readonly draft: Signal<Draft>;
  readonly people: readonly Participant[];
}

/** One menu per person: works with the keyboard, with a screen reader and on a phone alike. */
export function ManualPlaces({ draft, people }: Props) {
  const { count, places } = draft.value;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return (
    <ul class="places">
      {people.map((person) => (
        <li key={person.id} class="place">
          <span class="place__name" aria-hidden="true">
            {person.name}
          </span>
          <select
            class="field__control place__group"
            aria-label={t("breakouts.assign", { name: person.name })}
            value={places[person.id] ?? 0}
            onChange={(event) => {
              draft.value = {
                ...draft.value,
                places: { ...places, [person.id]: Number(event.currentTarget.value) },
              };
            }}
          >
            {numbers.map((number) => (
              <option key={number} value={number}>
                {groupLabel({ name: String(number) }, "manual")}
              </option>
            ))}
            <option value={0}>{t("breakouts.unassigned")}</option>
          </select>
        </li>
      ))}
    </ul>
  );
}
