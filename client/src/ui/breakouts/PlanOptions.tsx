import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Participant } from "../../core/api";
import { t } from "../../i18n";
import { ManualPlaces } from "./ManualPlaces";
import { type Draft, groupCounts, SIZES, spread } from "./plan";

interface Props {
  readonly draft: Signal<Draft>;
  readonly people: readonly Participant[];
}

/** The few choices that each way of forming groups has. */
export function PlanOptions({ draft, people }: Props) {
  switch (draft.value.mode) {
    case "pairs":
      return people.length % 2 === 1 ? <OddChoice draft={draft} /> : null;
    case "random":
      return <SizeChoice draft={draft} people={people} />;
    case "manual":
      return <ManualChoice draft={draft} people={people} />;
  }
}

function OddChoice({ draft }: { readonly draft: Signal<Draft> }) {
  const name = useId();
  return (
    <fieldset class="breakouts__part">
      <legend class="field__label">{t("breakouts.odd")}</legend>
      {(["trio", "trainer"] as const).map((odd) => (
        <label key={odd} class="option">
          <input
            type="radio"
            name={name}
            checked={draft.value.odd === odd}
            onChange={() => {
              draft.value = { ...draft.value, odd };
            }}
          />
          {t(`breakouts.odd_${odd}`)}
        </label>
      ))}
    </fieldset>
  );
}

function SizeChoice({ draft, people }: Props) {
  const name = useId();
  const { by, size, count } = draft.value;
  return (
    <fieldset class="breakouts__part">
      <legend class="visually-hidden">{t("breakouts.by")}</legend>
      <div class="option option--select">
        <label class="option__radio">
          <input
            type="radio"
            name={name}
            checked={by === "size"}
            onChange={() => {
              draft.value = { ...draft.value, by: "size" };
            }}
          />
          {t("breakouts.size")}
        </label>
        <NumberSelect
          label={t("breakouts.size")}
          numbers={SIZES}
          value={size}
          onChoose={(chosen) => {
            draft.value = { ...draft.value, by: "size", size: chosen };
          }}
        />
      </div>
      <div class="option option--select">
        <label class="option__radio">
          <input
            type="radio"
            name={name}
            checked={by === "count"}
            onChange={() => {
              draft.value = { ...draft.value, by: "count" };
            }}
          />
          {t("breakouts.count")}
        </label>
        <NumberSelect
          label={t("breakouts.count")}
          numbers={groupCounts(people.length)}
          value={count}
          onChoose={(chosen) => {
            draft.value = { ...draft.value, by: "count", count: chosen };
          }}
        />
      </div>
    </fieldset>
  );
}

function ManualChoice({ draft, people }: Props) {
  const { count } = draft.value;
  return (
    <div class="breakouts__part">
      <div class="option option--select">
        <span class="field__label">{t("breakouts.count")}</span>
        <NumberSelect
          label={t("breakouts.count")}
          numbers={groupCounts(people.length)}
          value={count}
          onChoose={(chosen) => {
            draft.value = { ...draft.value, count: chosen, places: spread(people, chosen) };
          }}
        />
      </div>
      <ManualPlaces draft={draft} people={people} />
    </div>
  );
}

interface NumberSelectProps {
  readonly label: string;
  readonly numbers: readonly number[];
  readonly value: number;
  readonly onChoose: (value: number) => void;
}

function NumberSelect({ label, numbers, value, onChoose }: NumberSelectProps) {
  return (
    <select
      class="field__control option__number"
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(Number(event.currentTarget.value))}
    >
      {numbers.map((number) => (
        <option key={number} value={number}>
          {number}
        </option>
      ))}
    </select>
  );
}
