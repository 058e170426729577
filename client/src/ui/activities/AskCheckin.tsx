import { useSignal } from "@preact/signals";
import { Plus } from "lucide-preact";
import { useId } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";
import { READY_MADE } from "./words";

/** As the protocol bounds them. */
const QUESTION_CHARS = 300;
const CHOICE_CHARS = 120;
const CHOICES_MAX = 8;

/** For staff: one press asks a ready-made question; a free one takes a line for it and for each choice. */
export function AskCheckin() {
  const classroom = useClassroom();
  const run = useRun();
  const own = useSignal(false);
  return (
    <div class="checkin">
      <div class="checkin__ready">
        {READY_MADE.map((kind) => (
          <Button key={kind} onClick={() => run(classroom.checkins.open(kind, "", []))}>
            {t(`checkin.ready_${kind}`)}
          </Button>
        ))}
        <Button
          kind="quiet"
          aria-expanded={own.value}
          onClick={() => {
            own.value = !own.value;
          }}
        >
          {t("checkin.own")}
        </Button>
      </div>
      {own.value ? <OwnQuestion /> : null}
    </div>
  );
}

function OwnQuestion() {
  const classroom = useClassroom();
  const run = useRun();
  const question = useSignal("");
  const choices = useSignal<readonly string[]>(["", ""]);
  const id = useId();
  const given = choices.value.map((choice) => choice.trim()).filter((choice) => choice !== "");
  const ready = question.value.trim() !== "" && new Set(given).size >= 2;
  return (
    <form
      class="checkin__form"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void run(classroom.checkins.open("question", question.value, given));
      }}
    >
      <div class="field">
        <label class="field__label" for={`${id}-q`}>
          {t("checkin.question")}
        </label>
        <input
          id={`${id}-q`}
          class="field__control"
          dir="auto"
          maxLength={QUESTION_CHARS}
          value={question.value}
          onInput={(event) => {
            question.value = event.currentTarget.value;
          }}
        />
      </div>
      {choices.value.map((choice, index) => (
        <div key={index} class="field">
          <label class="field__label" for={`${id}-${index}`}>
            {t("checkin.choice", { n: index + 1 })}
          </label>
          <input
            id={`${id}-${index}`}
            class="field__control"
            dir="auto"
            maxLength={CHOICE_CHARS}
            value={choice}
            onInput={(event) => {
              const { value } = event.currentTarget;
              choices.value = choices.value.map((old, at) => (at === index ? value : old));
            }}
          />
        </div>
      ))}
      <div class="checkin__actions">
        {choices.value.length < CHOICES_MAX ? (
          <Button
            kind="quiet"
            onClick={() => {
              choices.value = [...choices.value, ""];
            }}
          >
            <Plus size={18} aria-hidden="true" />
            {t("checkin.more_choices")}
          </Button>
        ) : null}
        <Button kind="primary" type="submit" aria-disabled={!ready}>
          {t("checkin.ask")}
        </Button>
      </div>
    </form>
  );
}
