import type { ComponentChildren } from "preact";
import { t } from "../../i18n";

interface Props {
  readonly name: string;
  readonly value: string | number;
  readonly onChoose: (value: string) => void;
  /** The options. */
  readonly children: ComponentChildren;
}

/** A person, and the menu that says where they go: works with the keyboard, with a screen reader and on a phone alike. */
export function Place({ name, value, onChoose, children }: Props) {
  return (
    <li class="place">
      <span class="place__name" aria-hidden="true">
        {name}
      </span>
      <select
        class="field__control place__group"
        aria-label={t("breakouts.assign", { name })}
        value={value}
        onChange={(event) => onChoose(event.currentTarget.value)}
      >
        {children}
      </select>
    </li>
  );
}
