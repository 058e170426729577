import type { LucideIcon } from "lucide-preact";
import type { MenuItem } from "../common/menu/items";
import type { RoomContext } from "../context";

/** How a button of the toolbar looks now. */
export interface ToolFace {
  readonly icon: LucideIcon;
  /** The visible word; part of `name`. */
  readonly label: string;
  readonly name: string;
  readonly look?: "plain" | "off" | "hand" | "live" | "leave";
  readonly shortcut?: string | null;
  /** Set for buttons that open a panel or a menu. */
  readonly expanded?: boolean;
  readonly controls?: string;
  readonly popup?: "menu";
  readonly count?: number;
  /** What the count means, in words. */
  readonly description?: string;
}

export interface ToolMenu {
  readonly label: string;
  readonly items: readonly MenuItem[];
}

/** What a tool shows and does now: it acts, opens a menu, or (with a small button beside it) both. */
export type ToolState = { readonly face: ToolFace } & (
  | { readonly onClick: () => void; readonly menu?: ToolMenu }
  | { readonly onClick?: never; readonly menu: ToolMenu }
);

/** Something people do all day, always at the same place. */
export interface Tool {
  readonly key: string;
  /** Keeps its button on a phone; the others are in "More" there. */
  readonly onPhone: boolean;
  /** Null: not for this person, or this browser cannot. */
  readonly state: (context: RoomContext) => ToolState | null;
}
