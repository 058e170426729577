import { t } from "../../i18n";
import { LanguageSwitch } from "../common/LanguageSwitch";

/** The language of the interface; what people write and say stays as it is. */
export function LanguageSettings() {
  return (
    <div class="settings__part">
      <p class="soft">{t("settings.language_hint")}</p>
      <LanguageSwitch names />
    </div>
  );
}
