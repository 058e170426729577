import { Ellipsis } from "lucide-preact";
import { t } from "../../../i18n";
import type { MenuItem } from "../../common/menu/items";
import { MenuButton } from "../../common/menu/MenuButton";
import { ToolbarButton } from "../ToolbarButton";

/** The menu at the end of the toolbar. It never runs dry: settings are always in it. */
export function MoreButton({ items }: { readonly items: readonly MenuItem[] }) {
  const count = items.reduce((sum, item) => sum + (item.kind === "action" ? (item.count ?? 0) : 0), 0);
  return (
    <MenuButton
      label={t("toolbar.more")}
      items={items}
      button={(trigger) => (
        <ToolbarButton
          icon={Ellipsis}
          label={t("toolbar.more")}
          name={t("toolbar.more")}
          count={count}
          {...(count > 0 ? { description: t("toolbar.more_new", { count }) } : {})}
          {...trigger}
        />
      )}
    />
  );
}
