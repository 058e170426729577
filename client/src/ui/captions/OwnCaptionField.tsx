import { useSignal } from "@preact/signals";
import { X } from "lucide-preact";
import { useEffect, useId, useMemo, useRef } from "preact/hooks";
import { CAPTION_CHARS } from "../../generated/protocol";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { fail, failureText, useClassroom, useUi } from "../state";
import { ownCaptions } from "./own";

interface Props {
  readonly kind: "captioner" | "typing";
}

/** A line that everybody reads while it is typed; Enter ends it. */
export function OwnCaptionField({ kind }: Props) {
  const classroom = useClassroom();
  const ui = useUi();
  const text = useSignal("");
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const writer = useMemo(
    () => classroom.captions.writer(kind, (error) => fail(ui, failureText(error))),
    [classroom, ui, kind],
  );
  useEffect(() => {
    // Whoever chose to speak by typing wants to; a captioner comes in to the same field.
    if (kind === "typing") field.current?.focus();
    return () => writer.finish();
  }, [writer, kind]);
  return (
    <div class="captions__own">
      <label class="captions__label" for={id}>
        {t(`captions.own_${kind}`)}
      </label>
      <input
        ref={field}
        id={id}
        class="field__control"
        dir="auto"
        autoComplete="off"
        maxLength={CAPTION_CHARS}
        placeholder={t("captions.own_hint")}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
          writer.change(text.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.isComposing) return;
          event.preventDefault();
          writer.finish();
          text.value = "";
        }}
      />
      {kind === "typing" ? (
        <IconButton
          label={t("captions.stop_typing")}
          onClick={() => {
            ownCaptions.value = "off";
          }}
        >
          <X aria-hidden="true" />
        </IconButton>
      ) : null}
    </div>
  );
}
