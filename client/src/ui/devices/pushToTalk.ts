/** Push-to-talk: the microphone is open while the space bar is held. Off unless the person turns it on. */
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RoomContext } from "../context";
import { readStored, store } from "../stored";
import { setMicrophone } from "../toolbar/actions";

const KEY = "momentum.push_to_talk";

export function createPushToTalk(): Signal<boolean> {
  return signal(readStored(KEY) === "on");
}

export function setPushToTalk(on: Signal<boolean>, value: boolean): void {
  on.value = value;
  store(KEY, value ? "on" : "");
}

/** Where the space bar writes, presses or scrolls, it goes on doing just that. */
const OWN_SPACE =
  "input, textarea, select, button, a[href], summary, dialog, [contenteditable], [role=menu], [role=tab], [role=log]";

export function usePushToTalk({ classroom, ui }: RoomContext): void {
  const on = ui.pushToTalk.value;
  useEffect(() => {
    if (!on) return;
    let holding = false;
    const press = (event: KeyboardEvent) => {
      if (event.code !== "Space" || event.altKey || event.ctrlKey || event.metaKey) return;
      if (!holding && event.target instanceof Element && event.target.closest(OWN_SPACE)) return;
      event.preventDefault();
      if (holding || classroom.local.microphoneOn.peek()) return;
      holding = true;
      void setMicrophone(classroom, ui, true);
    };
    const release = () => {
      if (!holding) return;
      holding = false;
      void setMicrophone(classroom, ui, false);
    };
    const lift = (event: KeyboardEvent) => {
      if (event.code === "Space") release();
    };
    document.addEventListener("keydown", press);
    document.addEventListener("keyup", lift);
    // Whoever changes to another window lets go of the key there.
    window.addEventListener("blur", release);
    return () => {
      release();
      document.removeEventListener("keydown", press);
      document.removeEventListener("keyup", lift);
      window.removeEventListener("blur", release);
    };
  }, [classroom, ui, on]);
}
