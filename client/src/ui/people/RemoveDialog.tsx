import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";

interface Props {
  readonly name: string;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
}

/** Whoever is removed is gone at once, so it is asked twice. */
export function RemoveDialog({ name, onCancel, onConfirm }: Props) {
  return (
    <Dialog title={t("people.remove_title", { name })} role="alertdialog" onClose={onCancel}>
      <p>{t("people.remove_text", { name })}</p>
      <div class="dialog__actions">
        <Button onClick={onCancel}>{t("app.cancel")}</Button>
        <Button kind="danger" onClick={onConfirm}>
          {t("people.remove_confirm")}
        </Button>
      </div>
    </Dialog>
  );
}
