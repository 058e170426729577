import type { LucideIcon } from "lucide-preact";

interface Common {
  readonly key: string;
  readonly label: string;
  readonly icon?: LucideIcon;
  /** A second, quieter line. */
  readonly hint?: string;
}

export interface ActionItem extends Common {
  readonly kind: "action";
  readonly count?: number;
  readonly action: () => void;
}

/** A choice that stays: one of several (`radio`), or on and off (`checkbox`). */
export interface ChoiceItem extends Common {
  readonly kind: "radio" | "checkbox";
  readonly checked: boolean;
  readonly action: () => void;
}

/** Opens in the place of its menu, with a way back: the same on a phone, where nothing fits beside it. */
export interface SubmenuItem extends Common {
  readonly kind: "submenu";
  readonly items: readonly MenuItem[];
}

export type MenuItem = ActionItem | ChoiceItem | SubmenuItem;
