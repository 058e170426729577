import { Ellipsis } from "lucide-preact";
import { useCallback, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n";
import type { MenuItem } from "../../common/menu/items";
import { Menu } from "../../common/menu/Menu";
import { ToolbarButton } from "../ToolbarButton";
import "./more.css";

const MENU_ID = "more-menu";

/** The menu button at the end of the toolbar. `items` never runs dry: settings are always in it. */
export function MoreButton({ items }: { readonly items: readonly MenuItem[] }) {
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const close = useCallback((refocus: boolean) => {
    setOpen(false);
    if (refocus) place.current?.querySelector<HTMLElement>(":scope > button")?.focus();
  }, []);
  const count = items.reduce((sum, item) => sum + (item.kind === "action" ? (item.count ?? 0) : 0), 0);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys belong to the menu button inside it
    <span
      ref={place}
      class="more"
      onKeyDown={(event) => {
        if (open || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
        event.preventDefault();
        setOpen(true);
      }}
    >
      <ToolbarButton
        icon={Ellipsis}
        label={t("toolbar.more")}
        name={t("toolbar.more")}
        popup="menu"
        expanded={open}
        controls={MENU_ID}
        count={count}
        {...(count > 0 ? { description: t("toolbar.more_new", { count }) } : {})}
        onClick={() => (open ? close(true) : setOpen(true))}
      />
      {open ? <Menu id={MENU_ID} label={t("toolbar.more")} items={items} onClose={close} /> : null}
    </span>
  );
}
