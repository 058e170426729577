import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { AgendaLine } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";

/** As the protocol bounds them. */
const TITLE_CHARS = 120;
const MINUTES_MAX = 480;

interface Props {
  readonly line: AgendaLine;
  readonly submit: string;
  /** Resolves to whether it worked. */
  readonly onSubmit: (line: AgendaLine) => Promise<boolean>;
  readonly onDone: () => void;
}

/** Title, minutes, and whether it is a break. */
export function LineForm({ line, submit, onSubmit, onDone }: Props) {
  const title = useSignal(line.title);
  const minutes = useSignal(String(line.minutes));
  const isBreak = useSignal(line.isBreak);
  const id = useId();
  const length = Number(minutes.value);
  const ready =
    Number.isInteger(length) &&
    length >= 1 &&
    length <= MINUTES_MAX &&
    (isBreak.value || title.value.trim() !== "");
  const send = async () => {
    if (ready && (await onSubmit({ title: title.value, minutes: length, isBreak: isBreak.value }))) onDone();
  };
  return (
    <form
      class="line-form"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <div class="field line-form__title">
        <label class="field__label" for={`${id}-title`}>
          {t("agenda.line_title")}
        </label>
        <input
          id={`${id}-title`}
          class="field__control"
          dir="auto"
          maxLength={TITLE_CHARS}
          value={title.value}
          onInput={(event) => {
            title.value = event.currentTarget.value;
          }}
        />
      </div>
      <div class="field line-form__minutes">
        <label class="field__label" for={`${id}-minutes`}>
          {t("agenda.minutes")}
        </label>
        <input
          id={`${id}-minutes`}
          class="field__control"
          type="number"
          inputMode="numeric"
          min={1}
          max={MINUTES_MAX}
          value={minutes.value}
          onInput={(event) => {
            minutes.value = event.currentTarget.value;
          }}
        />
      </div>
      <label class="line-form__break">
        <input
          type="checkbox"
          checked={isBreak.value}
          onChange={(event) => {
            isBreak.value = event.currentTarget.checked;
          }}
        />
        {t("agenda.is_break")}
      </label>
      <Button type="submit" aria-disabled={!ready}>
        {submit}
      </Button>
    </form>
  );
}
