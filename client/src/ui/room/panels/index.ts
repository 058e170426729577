import { activitiesPanel } from "../../activities/panel";
import { breakoutsPanel } from "../../breakouts/panel";
import { chatPanel } from "../../chat/panel";
import type { RoomContext } from "../../context";
import { notesPanel } from "../../notes/panel";
import { peoplePanel } from "../../people/panel";
import type { Panel, PanelName } from "./panel";

/** All panels, in the order of their buttons. */
export const PANELS: readonly Panel[] = [chatPanel, peoplePanel, activitiesPanel, notesPanel, breakoutsPanel];

export function panelsFor(context: RoomContext): readonly Panel[] {
  return PANELS.filter((panel) => panel.isFor?.(context) ?? true);
}

/** Null where this person has no such panel (any more). */
export function panelFor(name: PanelName | null, context: RoomContext): Panel | null {
  return panelsFor(context).find((panel) => panel.name === name) ?? null;
}
