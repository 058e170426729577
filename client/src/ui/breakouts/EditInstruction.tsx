import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";

const INSTRUCTION_CHARS = 500;

/** The instruction on everyone's screen, and a way to change it. */
export function EditInstruction({ instruction }: { readonly instruction: string }) {
  const classroom = useClassroom();
  const run = useRun();
  const text = useSignal(instruction);
  const id = useId();
  return (
    <form
      class="breakouts__part field"
      onSubmit={(event) => {
        event.preventDefault();
        void run(classroom.instructBreakouts(text.value.trim()));
      }}
    >
      <label class="field__label" for={id}>
        {t("breakouts.instruction")}
      </label>
      <textarea
        id={id}
        class="field__control"
        rows={2}
        maxLength={INSTRUCTION_CHARS}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      {text.value.trim() === instruction ? null : (
        <div class="breakouts__row breakouts__row--start">
          <Button type="submit">{t("breakouts.instruct")}</Button>
        </div>
      )}
    </form>
  );
}
