import { Coffee, Keyboard, Settings } from "lucide-preact";
import { t } from "../../../i18n";
import { captionsEntry } from "../../captions/more";
import { layoutEntry } from "../../layout/more";
import { privacyEntry } from "../../privacy/more";
import { helpEntry } from "../../turns/more";
import { attempt } from "../actions";
import type { MoreEntry } from "./entry";

const away: MoreEntry = ({ classroom, ui, me }) => {
  const isAway = me.presence === "away";
  return {
    key: "away",
    kind: "checkbox",
    icon: Coffee,
    label: t("more.away"),
    hint: t("more.away_hint"),
    checked: isAway,
    action: () => void attempt(ui, classroom.setAway(!isAway)),
  };
};

const shortcuts: MoreEntry = ({ ui }) => ({
  key: "shortcuts",
  kind: "action",
  icon: Keyboard,
  label: t("settings.shortcuts"),
  action: () => {
    ui.dialog.value = "shortcuts";
  },
});

const settings: MoreEntry = ({ ui }) => ({
  key: "settings",
  kind: "action",
  icon: Settings,
  label: t("toolbar.settings"),
  action: () => {
    ui.dialog.value = "settings";
  },
});

/** The menu behind "More", in order. */
export const MORE: readonly MoreEntry[] = [
  helpEntry,
  layoutEntry,
  captionsEntry,
  away,
  settings,
  shortcuts,
  privacyEntry,
];
