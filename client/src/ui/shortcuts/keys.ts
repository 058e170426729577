/** Which keys this person uses for which shortcut. */
import type { UiState } from "../state";
import { type ShortcutName, USUAL_CHORDS } from "./shortcuts";
import { type OwnChords, storeShortcutKeys } from "./stored";

export function setShortcutsOn(ui: UiState, on: boolean): void {
  ui.shortcuts.on.value = on;
  storeShortcutKeys(ui.shortcuts);
}

/** The keys for `name`; null: none, or all shortcuts are off. */
export function chordFor(ui: UiState, name: ShortcutName): string | null {
  return ui.shortcuts.on.value ? chosenChord(ui.shortcuts.own.value, name) || null : null;
}

/** The keys for `name` while shortcuts are on; "": none. */
export function chosenChord(own: OwnChords, name: ShortcutName): string {
  return own[name] ?? USUAL_CHORDS[name];
}

/** What is held to speak, where push-to-talk is on; it is never without a key. */
export function talkKey(ui: UiState): string {
  return chosenChord(ui.shortcuts.own.value, "talk") || USUAL_CHORDS.talk;
}

/** Which other shortcut, of these, has these keys already; null: none. */
export function holderOf(
  own: OwnChords,
  chord: string,
  except: ShortcutName,
  among: readonly ShortcutName[],
): ShortcutName | null {
  return among.find((name) => name !== except && chosenChord(own, name) === chord) ?? null;
}

/** `chord` "": none. */
export function chooseChord(ui: UiState, name: ShortcutName, chord: string): void {
  const { [name]: _, ...others } = ui.shortcuts.own.value;
  keep(ui, chord === USUAL_CHORDS[name] ? others : { ...others, [name]: chord });
}

export function restoreChords(ui: UiState): void {
  keep(ui, {});
}

function keep(ui: UiState, own: OwnChords): void {
  ui.shortcuts.own.value = own;
  storeShortcutKeys(ui.shortcuts);
}
