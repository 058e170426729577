import { ChevronUp } from "lucide-preact";
import { MenuButton } from "../common/menu/MenuButton";
import { ToolbarButton } from "./ToolbarButton";
import type { ToolState } from "./tool";
import "./tool-split.css";

/** A tool's button; where it acts and has a menu too, a small button for that beside it. */
export function ToolView({ state }: { readonly state: ToolState }) {
  const { face, menu, onClick } = state;
  const acting = onClick === undefined ? null : <ToolbarButton {...face} onClick={onClick} />;
  if (menu === undefined) return acting;
  if (acting === null)
    return (
      <MenuButton
        label={menu.label}
        items={menu.items}
        edge="start"
        button={(trigger) => <ToolbarButton {...face} {...trigger} />}
      />
    );
  return (
    <span class="tool-split">
      {acting}
      <MenuButton
        label={menu.label}
        items={menu.items}
        edge="start"
        button={({ popup, expanded, controls, onClick: toggle }) => (
          <button
            type="button"
            class="tool-split__menu"
            aria-label={menu.label}
            title={menu.label}
            aria-haspopup={popup}
            aria-expanded={expanded}
            {...(expanded ? { "aria-controls": controls } : {})}
            onClick={toggle}
          >
            <ChevronUp size={18} aria-hidden="true" />
          </button>
        )}
      />
    </span>
  );
}
