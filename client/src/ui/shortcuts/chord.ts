/** Keys pressed together, by one name: "Alt+M", "Alt+Shift+1", "F8", "?". */

/** What the browser or the system does with a function key is not ours to take. */
const OWN_FUNCTION_KEYS = /^F([2-4]|[7-9]|10)$/;

export const SPACE = "Space";

/**
 * The name of what was pressed; null for what cannot be a shortcut: keys that move, type or confirm, the browser's own
 * combinations (Ctrl, Cmd), and AltGr, which types characters and arrives as Ctrl and Alt.
 */
export function chordOf(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (OWN_FUNCTION_KEYS.test(event.key)) return event.altKey || event.shiftKey ? null : event.key;
  const character = characterOf(event);
  if (character === null) return null;
  const letterOrDigit = /^[\p{L}\p{N}]$/u.test(character);
  // Which signs need Shift differs between keyboards: "?" is "?" however it was typed.
  const shift = event.shiftKey && letterOrDigit;
  return [event.altKey && "Alt", shift && "Shift", character.toUpperCase()].filter(Boolean).join("+");
}

/** The name of a key that can be held alone, the space bar among them; null: it is none of these. */
export function heldKeyOf(event: KeyboardEvent): string | null {
  if (event.altKey || event.shiftKey) return null;
  return event.key === " " && !event.ctrlKey && !event.metaKey ? SPACE : chordOf(event);
}

/** Option on a Mac changes the letter that arrives; the key's own code then tells which it was. */
function characterOf({ key, code, altKey }: KeyboardEvent): string | null {
  if (altKey && !/^[a-z\d]$/i.test(key)) return /^(?:Key|Digit)(.)$/.exec(code)?.[1] ?? null;
  return [...key].length === 1 && key.trim() !== "" ? key : null;
}

/** Without Alt a character may also be typed, dictated, or sent by a screen reader (WCAG 2.1.4). */
export function isSingleCharacter(chord: string): boolean {
  return !chord.startsWith("Alt+") && !OWN_FUNCTION_KEYS.test(chord);
}

/** Whether keys pressed here are being typed. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches("input, textarea, select, [role=textbox]");
}
