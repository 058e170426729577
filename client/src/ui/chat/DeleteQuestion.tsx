import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { useClassroom, useRun } from "../state";

/** A message does not come back: it is asked twice. */
export function DeleteQuestion({ id, onClose }: { readonly id: number; readonly onClose: () => void }) {
  const { messages } = useClassroom();
  const run = useRun();
  return (
    <Dialog title={t("chat.delete_title")} role="alertdialog" onClose={onClose}>
      <p>{t("chat.delete_text")}</p>
      <div class="dialog__actions">
        <Button onClick={onClose}>{t("app.cancel")}</Button>
        <Button
          kind="danger"
          onClick={() => {
            onClose();
            void run(messages.remove(id));
          }}
        >
          {t("chat.delete")}
        </Button>
      </div>
    </Dialog>
  );
}
