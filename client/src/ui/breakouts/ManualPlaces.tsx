import type { Signal } from "@preact/signals";
import type { Participant } from "../../core/api";
import { t } from "../../i18n";
import { groupLabel } from "../people";
import { Place } from "./Place";
import type { Draft } from "./plan";

interface Props {
  readonly draft: Signal<Draft>;
  readonly people: readonly Participant[];
}

/** One menu per person. */
export function ManualPlaces({ draft, people }: Props) {
  const { count, places } = draft.value;
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  return (
    <ul class="places">
      {people.map((person) => (
        <Place
          key={person.id}
          name={person.name}
          value={places[person.id] ?? 0}
          onChoose={(group) => {
            draft.value = { ...draft.value, places: { ...places, [person.id]: Number(group) } };
          }}
        >
          {numbers.map((number) => (
            <option key={number} value={number}>
              {groupLabel({ name: String(number) }, "manual")}
            </option>
          ))}
          <option value={0}>{t("breakouts.unassigned")}</option>
        </Place>
      ))}
    </ul>
  );
}
