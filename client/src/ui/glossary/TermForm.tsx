import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { GlossaryTerm } from "../../generated/protocol";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";

const TERM_CHARS = 60;
const MEANING_CHARS = 600;

interface Props {
  /** Null: a new one. */
  readonly term: GlossaryTerm | null;
  readonly onDone: () => void;
}

export function TermForm({ term, onDone }: Props) {
  const classroom = useClassroom();
  const run = useRun();
  const name = useSignal(term?.term ?? "");
  const meaning = useSignal(term?.meaning ?? "");
  const first = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => first.current?.focus(), []);
  const complete = name.value.trim() !== "" && meaning.value.trim() !== "";
  return (
    <form
      class="glossary__form"
      onSubmit={async (event) => {
        event.preventDefault();
        if (complete && (await run(classroom.glossary.set(name.value, meaning.value, term?.id)))) onDone();
      }}
    >
      <label class="field">
        <span class="field__label">{t("glossary.term")}</span>
        <input
          ref={first}
          class="field__control"
          value={name.value}
          maxLength={TERM_CHARS}
          onInput={(event) => {
            name.value = event.currentTarget.value;
          }}
        />
      </label>
      <label class="field">
        <span class="field__label">{t("glossary.meaning")}</span>
        <textarea
          class="field__control"
          rows={3}
          value={meaning.value}
          maxLength={MEANING_CHARS}
          onInput={(event) => {
            meaning.value = event.currentTarget.value;
          }}
        />
      </label>
      <div class="glossary__buttons">
        <Button kind="primary" type="submit" disabled={!complete}>
          {t("glossary.save")}
        </Button>
        <Button onClick={onDone}>{t("app.cancel")}</Button>
      </div>
    </form>
  );
}
