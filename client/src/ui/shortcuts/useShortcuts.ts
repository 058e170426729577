import { useEffect, useRef } from "preact/hooks";
import type { RoomContext } from "../context";
import { chordOf, isSingleCharacter, isTyping } from "./chord";
import { chordFor } from "./keys";
import { runShortcut, shortcutsFor } from "./run";

/** Listens for shortcuts as long as the room is on the screen. */
export function useShortcuts(context: RoomContext): void {
  const newest = useRef(context);
  newest.current = context;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.repeat || event.defaultPrevented) return;
      const chord = chordOf(event);
      if (chord === null || (isSingleCharacter(chord) && isTyping(event.composedPath()[0] ?? event.target)))
        return;
      const room = newest.current;
      const name = shortcutsFor(room).find((one) => one !== "talk" && chordFor(room.ui, one) === chord);
      if (name === undefined) return;
      event.preventDefault();
      runShortcut(name, room);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
