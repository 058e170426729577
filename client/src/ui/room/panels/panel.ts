import type { LucideIcon } from "lucide-preact";
import type { ComponentType } from "preact";
import type { Badge, RoomContext } from "../../context";
import type { ShortcutName } from "../../shortcuts/shortcuts";

export type PanelName = "chat" | "people" | "activities" | "notes" | "breakouts";

/**
 * One of the panels beside the pictures. Each subject declares its own (`ui/<subject>/panel.ts`); `panels/index.ts` lists them in the
 * order of their buttons.
 */
export interface Panel {
  readonly name: PanelName;
  readonly icon: LucideIcon;
  /** The word under its button, and its heading. */
  readonly title: () => string;
  /** Who has it; absent: everybody. */
  readonly isFor?: (context: RoomContext) => boolean;
  readonly badge?: (context: RoomContext) => Badge | null;
  readonly shortcut?: ShortcutName;
  /** Keeps its button on a phone's toolbar; the others are in "More" there. */
  readonly onPhone?: boolean;
  readonly content: PanelContent;
}

/** What is heavy comes with a dynamic import, when the panel opens for the first time. */
export type PanelContent =
  | { readonly component: ComponentType }
  | { readonly load: () => Promise<ComponentType> };
