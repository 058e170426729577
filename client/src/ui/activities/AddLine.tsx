import { useSignal } from "@preact/signals";
import { Plus } from "lucide-preact";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";
import { LineForm } from "./LineForm";

const NEW_LINE = { title: "", minutes: 30, isBreak: false };

/** For staff: one more line; the form stays for the next one. */
export function AddLine() {
  const classroom = useClassroom();
  const run = useRun();
  const open = useSignal(false);
  const added = useSignal(0);
  if (!open.value)
    return (
      <Button
        onClick={() => {
          open.value = true;
        }}
      >
        <Plus size={18} aria-hidden="true" />
        {t("agenda.add")}
      </Button>
    );
  return (
    <LineForm
      key={added.value}
      line={NEW_LINE}
      submit={t("agenda.add_submit")}
      onSubmit={(line) => run(classroom.agenda.add(line))}
      onDone={() => {
        added.value += 1;
      }}
    />
  );
}
