import { useSignal } from "@preact/signals";
import { ShieldCheck, ShieldMinus } from "lucide-preact";
import type { Participant } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { Dialog } from "../common/Dialog";
import { useClassroom, useRun } from "../state";

/** A trainer hands the room to a co-trainer, or takes it back. Giving power is asked twice. */
export function RoleAction({ person }: { readonly person: Participant }) {
  const { me, moderation } = useClassroom();
  const run = useRun();
  const asking = useSignal(false);
  const { id, name, role } = person;
  if (me.value?.role !== "trainer" || (role !== "participant" && role !== "co_trainer")) return null;
  if (role === "co_trainer")
    return (
      <Button kind="quiet" onClick={() => run(moderation.setRole(id, "participant"))}>
        <ShieldMinus size={18} aria-hidden="true" />
        {t("people.make_participant", { name })}
      </Button>
    );
  const close = () => {
    asking.value = false;
  };
  return (
    <>
      <Button
        kind="quiet"
        onClick={() => {
          asking.value = true;
        }}
      >
        <ShieldCheck size={18} aria-hidden="true" />
        {t("people.make_co_trainer", { name })}
      </Button>
      {asking.value ? (
        <Dialog title={t("people.co_trainer_title", { name })} role="alertdialog" onClose={close}>
          <p>{t("people.co_trainer_text", { name })}</p>
          <div class="dialog__actions">
            <Button onClick={close}>{t("app.cancel")}</Button>
            <Button
              kind="primary"
              onClick={() => {
                close();
                void run(moderation.setRole(id, "co_trainer"));
              }}
            >
              {t("people.co_trainer_confirm")}
            </Button>
          </div>
        </Dialog>
      ) : null}
    </>
  );
}
