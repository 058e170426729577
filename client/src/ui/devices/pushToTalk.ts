/** Push-to-talk: the microphone is open while a key is held, usually the space bar. Off unless the person turns it on. */
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RoomContext } from "../context";
import { heldKeyOf, isTyping, SPACE } from "../shortcuts/chord";
import { talkKey } from "../shortcuts/keys";
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

/** What takes letters by itself. */
const OWN_LETTERS = "input, textarea, select, dialog, [contenteditable], [role=menu]";

export function usePushToTalk({ classroom, ui }: RoomContext): void {
  const on = ui.pushToTalk.value;
  const key = talkKey(ui);
  useEffect(() => {
    if (!on) return;
    /** The place on the keyboard: what a key is called may change while it is held. */
    let held: string | null = null;
    const press = (event: KeyboardEvent) => {
      if (held !== null ? event.code !== held : heldKeyOf(event) !== key || isTaken(event, key)) return;
      event.preventDefault();
      if (held !== null || classroom.local.microphoneOn.peek()) return;
      held = event.code;
      void setMicrophone(classroom, ui, true);
    };
    const release = () => {
      if (held === null) return;
      held = null;
      void setMicrophone(classroom, ui, false);
    };
    const lift = (event: KeyboardEvent) => {
      if (event.code === held) release();
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
  }, [classroom, ui, on, key]);
}

/** Whether the key means something else where it is pressed. */
function isTaken(event: KeyboardEvent, key: string): boolean {
  const target = event.composedPath()[0] ?? event.target;
  if (isTyping(target)) return true;
  return target instanceof Element && target.closest(key === SPACE ? OWN_SPACE : OWN_LETTERS) !== null;
}
