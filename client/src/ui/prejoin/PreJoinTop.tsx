import type { ComponentChildren } from "preact";
import { t } from "../../i18n";
import { Logo } from "../common/Logo";
import "./prejoin.css";

/** The head of the pages before the room: whose product this is, and what one may need to read it. */
export function PreJoinTop({ children }: { readonly children: ComponentChildren }) {
  return (
    <header class="prejoin__top">
      <span class="prejoin__brand">
        <Logo />
        {t("app.name")}
      </span>
      {children}
    </header>
  );
}
