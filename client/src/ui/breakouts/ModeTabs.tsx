import { Bookmark, Hand, Shuffle, Users } from "lucide-preact";
import type { BreakoutMode } from "../../generated/protocol";
import { t } from "../../i18n";

export type Way = BreakoutMode | "saved";

const WAYS: readonly { readonly way: Way; readonly icon: typeof Users }[] = [
  { way: "pairs", icon: Users },
  { way: "random", icon: Shuffle },
  { way: "manual", icon: Hand },
  { way: "saved", icon: Bookmark },
];

interface Props {
  readonly chosen: Way;
  readonly onChoose: (way: Way) => void;
}

/** How to form groups. Pairs are chosen already: the next click may be Start. */
export function ModeTabs({ chosen, onChoose }: Props) {
  return (
    <fieldset class="modes">
      <legend class="visually-hidden">{t("breakouts.how")}</legend>
      {WAYS.map(({ way, icon: Icon }) => (
        <button
          key={way}
          type="button"
          class="mode"
          aria-pressed={way === chosen}
          onClick={() => onChoose(way)}
        >
          <Icon size={20} aria-hidden="true" />
          {way === "saved" ? t("grouping.saved") : t(`breakouts.${way}`)}
        </button>
      ))}
    </fieldset>
  );
}
