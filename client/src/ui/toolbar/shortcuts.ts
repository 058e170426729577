/** Keyboard shortcuts: Alt and a letter, so that dictation and screen readers do not set them off (WCAG 2.1.4). */
import { useEffect } from "preact/hooks";
import type { Classroom } from "../../core/api";
import { isStaff } from "../people";
import type { UiState } from "../state";
import { setCamera, setMicrophone, toggleHand, togglePanel } from "./actions";

export type ShortcutName = "microphone" | "camera" | "hand" | "chat" | "people" | "breakouts";

/** First letters that English and French share, where they exist. */
export const SHORTCUTS: Readonly<Record<ShortcutName, string>> = {
  microphone: "Alt+M",
  camera: "Alt+V",
  hand: "Alt+H",
  chat: "Alt+C",
  people: "Alt+P",
  breakouts: "Alt+B",
};

/** Option on a Mac changes the letter that arrives; the key's own code then tells which it was. */
export function shortcutOf(event: KeyboardEvent): ShortcutName | null {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return null;
  const letter = /^[a-z]$/i.test(event.key) ? event.key : event.code.replace(/^Key/, "");
  const wanted = `Alt+${letter.toUpperCase()}`;
  const names = Object.keys(SHORTCUTS) as ShortcutName[];
  return names.find((name) => SHORTCUTS[name] === wanted) ?? null;
}

export function useShortcuts(classroom: Classroom, ui: UiState): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!ui.shortcutsOn.value || event.repeat) return;
      const name = shortcutOf(event);
      if (name === null) return;
      if (name === "breakouts" && !isStaff(classroom.me.value)) return;
      event.preventDefault();
      switch (name) {
        case "microphone":
          void setMicrophone(classroom, ui, !classroom.local.microphoneOn.value);
          break;
        case "camera":
          void setCamera(classroom, ui, !classroom.local.cameraOn.value);
          break;
        case "hand":
          void toggleHand(classroom, ui);
          break;
        default:
          togglePanel(ui, name);
      }
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [classroom, ui]);
}
