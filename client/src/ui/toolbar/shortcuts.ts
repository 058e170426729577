/** Keyboard shortcuts: Alt and a letter, so that dictation and screen readers do not set them off (WCAG 2.1.4). */
import { useEffect, useRef } from "preact/hooks";
import type { RoomContext } from "../context";
import { panelsFor } from "../room/panels";
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

export function useShortcuts(context: RoomContext): void {
  const newest = useRef(context);
  newest.current = context;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const room = newest.current;
      if (!room.ui.shortcutsOn.value || event.repeat) return;
      const name = shortcutOf(event);
      if (name !== null && use(name, room)) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** False: nothing here answers to it. */
function use(name: ShortcutName, context: RoomContext): boolean {
  const { classroom, ui } = context;
  switch (name) {
    case "microphone":
      void setMicrophone(classroom, ui, !classroom.local.microphoneOn.value);
      return true;
    case "camera":
      void setCamera(classroom, ui, !classroom.local.cameraOn.value);
      return true;
    case "hand":
      void toggleHand(classroom, ui);
      return true;
    default: {
      const panel = panelsFor(context).find(({ shortcut }) => shortcut === name);
      if (panel !== undefined) togglePanel(ui, panel.name);
      return panel !== undefined;
    }
  }
}
