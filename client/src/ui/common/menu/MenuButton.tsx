import type { ComponentChildren } from "preact";
import { useCallback, useId, useRef, useState } from "preact/hooks";
import type { MenuItem } from "./items";
import { Menu } from "./Menu";
import "./menu-button.css";

/** What makes a button a menu's button; to be spread on it. */
export interface MenuTrigger {
  readonly popup: "menu";
  readonly expanded: boolean;
  readonly controls: string;
  readonly onClick: () => void;
}

interface Props {
  /** Names the menu. */
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** At which of the button's edges the menu stands. */
  readonly edge?: "start" | "end";
  readonly button: (trigger: MenuTrigger) => ComponentChildren;
}

/** A button and the menu over it (WAI-ARIA Authoring Practices, "Menu Button Pattern"). */
export function MenuButton({ label, items, edge = "end", button }: Props) {
  const id = `menu-${useId()}`;
  const [open, setOpen] = useState(false);
  const place = useRef<HTMLSpanElement>(null);
  const close = useCallback((refocus: boolean) => {
    setOpen(false);
    if (refocus) place.current?.querySelector<HTMLElement>(":scope > button")?.focus();
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the arrow keys belong to the menu button inside it
    <span
      ref={place}
      class={`menu-button menu-button--${edge}`}
      onKeyDown={(event) => {
        if (open || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
        event.preventDefault();
        setOpen(true);
      }}
    >
      {button({
        popup: "menu",
        expanded: open,
        controls: id,
        onClick: () => (open ? close(true) : setOpen(true)),
      })}
      {open ? <Menu id={id} label={label} items={items} onClose={close} /> : null}
    </span>
  );
}
