import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { t } from "../../i18n";
import { formatDuration } from "../../i18n/format";
import { DURATIONS_S } from "./plan";

/** The server's limit (`rooms.commands.Instruction`). */
const INSTRUCTION_CHARS = 500;

interface Props {
  readonly instruction: Signal<string>;
  readonly durationS: Signal<number | null>;
}

/** What to do, and for how long. */
export function TaskFields({ instruction, durationS }: Props) {
  const id = useId();
  return (
    <div class="breakouts__part">
      <div class="field">
        <label class="field__label" for={`${id}-task`}>
          {t("breakouts.instruction")}
        </label>
        <textarea
          id={`${id}-task`}
          class="field__control"
          rows={2}
          maxLength={INSTRUCTION_CHARS}
          aria-describedby={`${id}-hint`}
          value={instruction.value}
          onInput={(event) => {
            instruction.value = event.currentTarget.value;
          }}
        />
        <p id={`${id}-hint`} class="field__hint">
          {t("breakouts.instruction_hint")}
        </p>
      </div>
      <div class="field">
        <label class="field__label" for={`${id}-time`}>
          {t("breakouts.duration")}
        </label>
        <select
          id={`${id}-time`}
          class="field__control"
          value={durationS.value ?? 0}
          onChange={(event) => {
            durationS.value = Number(event.currentTarget.value) || null;
          }}
        >
          {DURATIONS_S.map((seconds) => (
            <option key={seconds ?? 0} value={seconds ?? 0}>
              {seconds === null ? t("breakouts.no_limit") : formatDuration(seconds)}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}
