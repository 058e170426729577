import type { LucideIcon } from "lucide-preact";
import type { RoomContext } from "../context";

/** What a button of the toolbar shows now. */
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
  readonly onClick: () => void;
}

/** Something people do all day, always at the same place. */
export interface Tool {
  readonly key: string;
  /** Keeps its button on a phone; the others are in "More" there. */
  readonly onPhone: boolean;
  /** Null: not for this person, or this browser cannot. */
  readonly face: (context: RoomContext) => ToolFace | null;
}
