import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ChatEntry } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";
import { mentionsIn } from "./mentions";
import { useChatUi } from "./panel-state";
import { CHARS_MAX, fitHeight } from "./text-box";

/** One's own message, to be changed in its place. */
export function EditBox({ entry }: { readonly entry: ChatEntry }) {
  const { messages, room } = useClassroom();
  const chat = useChatUi();
  const run = useRun();
  const text = useSignal(entry.text);
  const saving = useSignal(false);
  const box = useRef<HTMLTextAreaElement>(null);

  useLayoutEffect(() => {
    box.current?.focus();
    box.current?.setSelectionRange(entry.text.length, entry.text.length);
  }, []);
  useLayoutEffect(() => fitHeight(box.current), [text.value]);

  function close(): void {
    const article = box.current?.closest<HTMLElement>("[data-message]");
    chat.editing.value = null;
    article?.focus();
  }

  async function save(): Promise<void> {
    const ready = text.peek().trim();
    if (saving.peek() || (ready === "" && entry.images.length === 0)) return;
    saving.value = true;
    const worked = await run(
      messages.edit(entry.id, ready, mentionsIn(ready, room.peek()?.participants ?? [])),
    );
    saving.value = false;
    // A refusal keeps the words, so that they are not lost.
    if (worked) close();
  }

  return (
    <form
      class="edit"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <textarea
        ref={box}
        class="composer__text"
        rows={1}
        maxLength={CHARS_MAX}
        dir="auto"
        aria-label={t("chat.edit_message")}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            // Only the change is given up; the panel stays.
            event.preventDefault();
            close();
          } else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <div class="edit__actions">
        <Button onClick={close}>{t("app.cancel")}</Button>
        <Button kind="primary" type="submit" disabled={saving.value}>
          {t("chat.save")}
        </Button>
      </div>
    </form>
  );
}
