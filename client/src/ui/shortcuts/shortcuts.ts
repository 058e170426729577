/** Every keyboard shortcut there is. What one does: run.ts. */
import type { PanelName } from "../room/panels/panel";
import { SPACE } from "./chord";

/** "talk" is held, not pressed: devices/pushToTalk.ts. */
export type ShortcutName = "microphone" | "talk" | "camera" | "hand" | "help" | PanelName;

/**
 * Alt and a first letter that English and French share, where they exist: neither dictation nor a screen reader sets them off.
 * Each person can change them (keys.ts).
 */
export const USUAL_CHORDS: Readonly<Record<ShortcutName, string>> = {
  microphone: "Alt+M",
  talk: SPACE,
  camera: "Alt+V",
  hand: "Alt+H",
  chat: "Alt+C",
  people: "Alt+P",
  activities: "Alt+A",
  notes: "Alt+N",
  breakouts: "Alt+B",
  help: "?",
};

export const SHORTCUT_NAMES = Object.keys(USUAL_CHORDS) as readonly ShortcutName[];
