import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { Action, Done } from "../../generated/ops";
import { MESSAGE_CHARS } from "../../generated/ops";
import { t } from "../../i18n";
import { Button } from "../../ui/common/Button";
import { Dialog } from "../../ui/common/Dialog";
import { act, useOps } from "../state";
import { w } from "../words";
import "../../ui/common/field.css";

interface ConfirmProps {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  readonly danger?: boolean;
  readonly action: Action;
  readonly done: (done: Done) => string;
  readonly onClose: () => void;
}

/** Nothing is done to people's rooms with one click. */
export function Confirm({ title, text, label, danger = false, action, done, onClose }: ConfirmProps) {
  const state = useOps();
  const busy = useSignal(false);
  const confirm = async (): Promise<void> => {
    if (busy.value) return;
    busy.value = true;
    await act(state, action, done);
    onClose();
  };
  return (
    <Dialog title={title} onClose={onClose} role="alertdialog">
      <p>{text}</p>
      <div class="dialog__actions">
        <Button onClick={onClose}>{t("app.cancel")}</Button>
        <Button kind={danger ? "danger" : "primary"} aria-disabled={busy.value} onClick={confirm}>
          {label}
        </Button>
      </div>
    </Dialog>
  );
}

interface MessageProps {
  readonly roomId: string;
  readonly onClose: () => void;
}

export function MessageDialog({ roomId, onClose }: MessageProps) {
  const state = useOps();
  const text = useSignal("");
  const id = useId();
  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const action: Action = { action: "message_trainer", room_id: roomId, text: text.value };
    if (await act(state, action, ({ reached }) => w("action.message.done", { count: reached }))) onClose();
  };
  return (
    <Dialog title={w("action.message")} onClose={onClose}>
      <form onSubmit={send}>
        <div class="field">
          <label class="field__label" for={id}>
            {w("action.message.label")}
          </label>
          <textarea
            id={id}
            class="field__control"
            rows={4}
            maxLength={MESSAGE_CHARS}
            data-initial-focus
            value={text.value}
            onInput={(event) => {
              text.value = event.currentTarget.value;
            }}
          />
        </div>
        <div class="dialog__actions">
          <Button onClick={onClose}>{t("app.cancel")}</Button>
          <Button kind="primary" type="submit">
            {w("action.message.send")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
