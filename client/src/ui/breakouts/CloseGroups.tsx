import { t } from "../../i18n";
import { formatDuration } from "../../i18n/format";
import { Button } from "../common/Button";
import { useClassroom, useRun } from "../state";

const WARNINGS_S = [60, 10] as const;

/** Bring everybody back: with a minute or ten seconds of warning, or now. */
export function CloseGroups() {
  const classroom = useClassroom();
  const run = useRun();
  return (
    <fieldset class="breakouts__part breakouts__close">
      <legend class="field__label">{t("breakouts.close")}</legend>
      <div class="breakouts__row breakouts__row--start">
        {WARNINGS_S.map((seconds) => (
          <Button key={seconds} onClick={() => run(classroom.closeBreakouts(seconds))}>
            {t("breakouts.close_in", { time: formatDuration(seconds) })}
          </Button>
        ))}
        <Button kind="danger" onClick={() => run(classroom.closeBreakouts(0))}>
          {t("breakouts.close_now")}
        </Button>
      </div>
    </fieldset>
  );
}
