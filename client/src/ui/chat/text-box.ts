/** What every box to write in shares. */

/** The server's limit (`rooms.commands.chat.MessageText`). */
export const CHARS_MAX = 4000;
const HEIGHT_MAX_PX = 160;

/** As high as its text, within bounds. */
export function fitHeight(element: HTMLTextAreaElement | null): void {
  if (element === null) return;
  element.style.height = "auto";
  element.style.height = `${Math.min(element.scrollHeight + 2, HEIGHT_MAX_PX)}px`;
}
