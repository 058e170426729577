import { lookUp, t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { useClassroom, useUi } from "../state";
import { setMicrophone } from "../toolbar/actions";

/** A trainer asks the person to speak. Nothing opens a microphone but this person's own click. */
export function AskDialog() {
  const classroom = useClassroom();
  const ui = useUi();
  const ask = classroom.notices.value.find((notice) => notice.tone === "ask");
  if (ask === undefined) return null;
  const dismiss = () => classroom.dismissNotice(ask.id);
  return (
    <Dialog
      key={ask.id}
      title={lookUp(ask.key, ask.params) ?? t("ask.accept")}
      role="alertdialog"
      onClose={dismiss}
    >
      <p>{t("ask.text")}</p>
      <div class="dialog__actions">
        <Button onClick={dismiss}>{t("ask.decline")}</Button>
        <Button
          kind="primary"
          onClick={() => {
            dismiss();
            void setMicrophone(classroom, ui, true);
          }}
        >
          {t("ask.accept")}
        </Button>
      </div>
    </Dialog>
  );
}
