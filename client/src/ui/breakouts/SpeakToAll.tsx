import { useSignal } from "@preact/signals";
import { Megaphone, Send } from "lucide-preact";
import { useId } from "preact/hooks";
import type { Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { IconButton } from "../common/IconButton";
import { useClassroom, useRun } from "../state";

const CHARS_MAX = 4000;

/** Reach every group at once, in writing or by voice. */
export function SpeakToAll({ room }: { readonly room: Snapshot }) {
  const classroom = useClassroom();
  const run = useRun();
  const text = useSignal("");
  const sent = useSignal(false);
  const id = useId();
  const speaking = room.voice_broadcast === room.you;

  async function send(): Promise<void> {
    const ready = text.value.trim();
    if (ready === "") return;
    if (!(await run(classroom.broadcastText(ready)))) return;
    text.value = "";
    sent.value = true;
  }

  return (
    <section class="breakouts__part">
      <form
        class="field"
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <label class="field__label" for={id}>
          {t("breakouts.broadcast")}
        </label>
        <div class="breakouts__send">
          <input
            id={id}
            class="field__control"
            autocomplete="off"
            maxLength={CHARS_MAX}
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
              sent.value = false;
            }}
          />
          <IconButton label={t("breakouts.broadcast_send")} type="submit">
            <Send size={20} aria-hidden="true" />
          </IconButton>
        </div>
        <p class="field__hint" role="status">
          {sent.value ? t("breakouts.broadcast_sent") : ""}
        </p>
      </form>
      <Button kind={speaking ? "danger" : "plain"} onClick={() => run(classroom.broadcastVoice(!speaking))}>
        <Megaphone size={18} aria-hidden="true" />
        {t(speaking ? "breakouts.speak_end" : "breakouts.speak")}
      </Button>
    </section>
  );
}
