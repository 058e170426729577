/** What the shortcuts do, and what they are called. */
import { t } from "../../i18n";
import type { RoomContext } from "../context";
import { panelsFor } from "../room/panels";
import { setCamera, setMicrophone, toggleHand, togglePanel } from "../toolbar/actions";
import { SHORTCUT_NAMES, type ShortcutName } from "./shortcuts";

const panelOf = (name: ShortcutName, context: RoomContext) =>
  panelsFor(context).find(({ shortcut }) => shortcut === name);

/** Those that do something for this person. */
export function shortcutsFor(context: RoomContext): readonly ShortcutName[] {
  return SHORTCUT_NAMES.filter((name) => shortcutWords(name, context) !== null);
}

/** What it does, in words; null: nothing, for this person. */
export function shortcutWords(name: ShortcutName, context: RoomContext): string | null {
  switch (name) {
    case "microphone":
    case "talk":
    case "camera":
    case "hand":
    case "help":
      return t(`shortcut.${name}`);
    default: {
      const panel = panelOf(name, context);
      return panel === undefined ? null : t("shortcut.panel", { panel: panel.title() });
    }
  }
}

export function runShortcut(name: ShortcutName, context: RoomContext): void {
  const { classroom, ui } = context;
  switch (name) {
    case "microphone":
      void setMicrophone(classroom, ui, !classroom.local.microphoneOn.value);
      break;
    case "talk":
      break; // by being held
    case "camera":
      void setCamera(classroom, ui, !classroom.local.cameraOn.value);
      break;
    case "hand":
      void toggleHand(classroom, ui);
      break;
    case "help":
      ui.dialog.value = "shortcuts";
      break;
    default: {
      const panel = panelOf(name, context);
      if (panel !== undefined) togglePanel(ui, panel.name);
    }
  }
}
