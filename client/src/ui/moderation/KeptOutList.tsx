import type { Snapshot } from "../../core/api";
import { t } from "../../i18n";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";

/** Who was removed, the latest first, each with the way back. */
export function KeptOutList({ keptOut }: { readonly keptOut: Snapshot["kept_out"] }) {
  const { moderation } = useClassroom();
  const run = useRun();
  if (keptOut.length === 0) return null;
  return (
    <section aria-labelledby="kept-out">
      <h4 id="kept-out" class="field__label">
        {t("rules.kept_out")}
      </h4>
      <ul class="people__list">
        {[...keptOut].reverse().map((one) => (
          <li key={one.participant_id} class="person__row">
            <span class="person__who person__name">{one.name}</span>
            <Button
              aria-label={t("rules.readmit", { name: one.name })}
              onClick={() => run(moderation.readmit(one.participant_id))}
            >
              {t("rules.readmit_short")}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
