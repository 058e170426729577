import { useEffect } from "preact/hooks";
import { t } from "../i18n";

/** The tab's title: what is going on here, then whose classroom it is. */
export function usePageTitle(title: string): void {
  const whole = title === "" ? t("app.name") : `${title} · ${t("app.name")}`;
  useEffect(() => {
    document.title = whole;
  }, [whole]);
}
