import { useSignal } from "@preact/signals";
import { Send } from "lucide-preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { readStored, store } from "../stored";

interface Props {
  /** Where an unsent draft is kept on this device. */
  readonly draftKey: string;
  /** A private conversation: who reads it. */
  readonly reader?: string;
  readonly onSend: (text: string) => Promise<void>;
}

/** The server's limit (`rooms.commands.Text`). */
const CHARS_MAX = 4000;
const HEIGHT_MAX_PX = 160;

/** The place to write. What is not sent yet survives a reload and a crash. */
export function Composer({ draftKey, reader, onSend }: Props) {
  const storageKey = `momentum.draft.${draftKey}`;
  const text = useSignal(readStored(storageKey) ?? "");
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useId();
  const tooMany = text.value.length - CHARS_MAX;

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight + 2, HEIGHT_MAX_PX)}px`;
  }, [text.value]);

  function write(value: string): void {
    text.value = value;
    store(storageKey, value);
  }

  function send(): void {
    const ready = text.value.trim();
    if (ready === "" || tooMany > 0) return;
    write("");
    // A failure stays visible beside the message, with a way to send it again.
    void onSend(ready).catch(() => undefined);
    box.current?.focus();
  }

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {reader ? <p class="composer__reader">{`${t("chat.with")} ${reader}`}</p> : null}
      <div class="composer__row">
        <textarea
          ref={box}
          class="composer__text"
          rows={1}
          data-panel-focus
          aria-label={t("chat.message")}
          aria-describedby={`${id}-hint`}
          placeholder={t("chat.placeholder")}
          value={text.value}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <IconButton label={t("chat.send")} type="submit">
          <Send size={20} aria-hidden="true" />
        </IconButton>
      </div>
      <p id={`${id}-hint`} class={tooMany > 0 ? "composer__hint composer__hint--over" : "composer__hint"}>
        {tooMany > 0 ? t("chat.too_long", { count: tooMany }) : t("chat.hint")}
      </p>
    </form>
  );
}
