import { ShieldCheck } from "lucide-preact";
import { t } from "../../i18n";
import type { MoreEntry } from "../toolbar/more/entry";

export const privacyEntry: MoreEntry = ({ ui }) => ({
  key: "privacy",
  kind: "action",
  icon: ShieldCheck,
  label: t("privacy.open"),
  action: () => {
    ui.dialog.value = "privacy";
  },
});
