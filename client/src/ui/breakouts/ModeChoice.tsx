import { Hand, Shuffle, Users } from "lucide-preact";
import type { BreakoutMode } from "../../generated/protocol";
import { t } from "../../i18n";
import { canBeGrouped } from "../people";
import { useClassroom } from "../state";

const MODES: readonly { readonly mode: BreakoutMode; readonly icon: typeof Users }[] = [
  { mode: "pairs", icon: Users },
  { mode: "random", icon: Shuffle },
  { mode: "manual", icon: Hand },
];

/** The first click: pairs, by chance, or by hand. */
export function ModeChoice({ onChoose }: { readonly onChoose: (mode: BreakoutMode) => void }) {
  const classroom = useClassroom();
  const people = classroom.room.value?.participants.filter(canBeGrouped).length ?? 0;
  return (
    <div class="breakouts">
      <h3>{t("breakouts.how")}</h3>
      {people === 0 ? <p class="soft">{t("breakouts.nobody")}</p> : null}
      <ul class="modes">
        {MODES.map(({ mode, icon: Icon }) => (
          <li key={mode} class="mode">
            <span class="mode__icon">
              <Icon size={24} aria-hidden="true" />
            </span>
            <span class="mode__words">
              <button
                type="button"
                class="mode__choose"
                aria-describedby={`mode-${mode}`}
                disabled={people === 0}
                onClick={() => onChoose(mode)}
              >
                {t(`breakouts.${mode}`)}
              </button>
              <span id={`mode-${mode}`} class="mode__hint">
                {t(`breakouts.${mode}_hint`)}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
