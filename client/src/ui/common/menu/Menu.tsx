import { Check, ChevronLeft, ChevronRight } from "lucide-preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../../../i18n";
import type { MenuItem } from "./items";
import { byLetter, moved, moveOf } from "./keys";
import "./menu.css";

interface Props {
  readonly id: string;
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** `refocus`: the person is still here (Escape, a choice), not on the way to somewhere else (Tab, a click beside). */
  readonly onClose: (refocus: boolean) => void;
}

/** The open menu. Focus moves within it; it closes on a choice, Escape, Tab and a click beside it. */
export function Menu({ id, label, items, onClose }: Props) {
  const [path, setPath] = useState<readonly string[]>([]);
  const element = useRef<HTMLDivElement>(null);
  const submenu = items.find((item) => item.kind === "submenu" && item.key === path[0]);
  const shown = submenu?.kind === "submenu" ? submenu.items : items;
  /** The entry to begin with: the one whose submenu was just left, else the first. */
  const start = useRef<string | null>(null);

  const entries = () => [...(element.current?.querySelectorAll<HTMLElement>("[role^=menuitem]") ?? [])];
  useLayoutEffect(() => {
    const all = entries();
    (all.find((entry) => entry.dataset["key"] === start.current) ?? all[0])?.focus();
  }, [path]);

  useLayoutEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (
        event.target instanceof Element &&
        event.target.closest(`#${CSS.escape(id)}, [aria-controls="${id}"]`)
      )
        return;
      onClose(false);
    };
    document.addEventListener("pointerdown", onPointerDown, true);
    return () => document.removeEventListener("pointerdown", onPointerDown, true);
  }, [id, onClose]);

  const leaveSubmenu = () => {
    start.current = path[0] ?? null;
    setPath([]);
  };
  const choose = (item: MenuItem) => {
    if (item.kind === "submenu") {
      start.current = null;
      setPath([item.key]);
      return;
    }
    onClose(true);
    item.action();
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const move = moveOf(event.key);
    if (move !== null) all[moved(move, at, all.length)]?.focus();
    else if (event.key === "Escape") onClose(true);
    else if (event.key === "ArrowLeft" && submenu !== undefined) leaveSubmenu();
    else if (event.key === "ArrowRight" && all[at]?.getAttribute("aria-haspopup") === "menu")
      all[at]?.click();
    else if (event.key === "Tab") {
      onClose(false);
      return;
    } else if (
      event.key.length === 1 &&
      event.key !== " " &&
      !event.altKey &&
      !event.ctrlKey &&
      !event.metaKey
    ) {
      const found = byLetter(
        event.key,
        at,
        all.map((entry) => entry.textContent ?? ""),
      );
      if (found === null) return;
      all[found]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return (
    <div
      ref={element}
      id={id}
      class="menu"
      role="menu"
      tabIndex={-1}
      aria-label={submenu?.label ?? label}
      onKeyDown={onKeyDown}
    >
      {submenu === undefined ? null : (
        <button
          type="button"
          class="menu__item menu__item--back"
          role="menuitem"
          tabIndex={-1}
          onClick={leaveSubmenu}
        >
          <ChevronLeft size={20} aria-hidden="true" />
          <span class="menu__words">
            <span class="visually-hidden">{t("app.back")}: </span>
            {submenu.label}
          </span>
        </button>
      )}
      {shown.map((item) => (
        <Entry key={item.key} item={item} onChoose={() => choose(item)} />
      ))}
    </div>
  );
}

const ROLES = {
  action: "menuitem",
  submenu: "menuitem",
  radio: "menuitemradio",
  checkbox: "menuitemcheckbox",
} as const;

function Entry({ item, onChoose }: { readonly item: MenuItem; readonly onChoose: () => void }) {
  const Icon = item.icon;
  const count = item.kind === "action" ? (item.count ?? 0) : 0;
  const lasting = item.kind === "radio" || item.kind === "checkbox";
  return (
    <button
      type="button"
      class="menu__item"
      role={ROLES[item.kind]}
      data-key={item.key}
      tabIndex={-1}
      {...(lasting ? { "aria-checked": item.checked } : {})}
      {...(item.kind === "submenu" ? { "aria-haspopup": "menu" as const, "aria-expanded": false } : {})}
      onClick={onChoose}
    >
      {Icon === undefined ? null : <Icon size={20} aria-hidden="true" />}
      <span class="menu__words">
        {item.label}
        {item.hint === undefined ? null : <span class="menu__hint">{item.hint}</span>}
      </span>
      {count > 0 ? <span class="menu__count">{count}</span> : null}
      {item.kind === "submenu" ? <ChevronRight size={20} aria-hidden="true" /> : null}
      {lasting ? (
        <Check
          class={item.checked ? "menu__check" : "menu__check menu__check--off"}
          size={20}
          aria-hidden="true"
        />
      ) : null}
    </button>
  );
}
