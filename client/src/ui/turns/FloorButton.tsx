import type { Participant } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";

/** For staff, beside a raised hand: give the floor, or take it back. */
export function FloorButton({ person, has }: { readonly person: Participant; readonly has: boolean }) {
  const { turns } = useClassroom();
  const run = useRun();
  const name = person.name;
  return has ? (
    <Button aria-label={t("floor.end_name", { name })} onClick={() => run(turns.endFloor())}>
      {t("floor.end")}
    </Button>
  ) : (
    <Button
      kind="primary"
      aria-label={t("floor.give_name", { name })}
      onClick={() => run(turns.giveFloor(person.id))}
    >
      {t("floor.give")}
    </Button>
  );
}
