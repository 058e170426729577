import { Contrast } from "lucide-preact";
import { t } from "../../i18n";
import { IconButton } from "../common/IconButton";
import { LanguageSwitch } from "../common/LanguageSwitch";
import { Logo } from "../common/Logo";
import { openSettings, useUi } from "../state";
import "./prejoin.css";

/** The head of the pages before the room: whose product this is, and what one may need to read it. */
export function PreJoinTop() {
  const ui = useUi();
  return (
    <header class="prejoin__top">
      <span class="prejoin__brand">
        <Logo />
        {t("app.name")}
      </span>
      <span class="prejoin__tools">
        <IconButton label={t("appearance.open")} onClick={() => openSettings(ui, "appearance")}>
          <Contrast aria-hidden="true" />
        </IconButton>
        <LanguageSwitch />
      </span>
    </header>
  );
}
