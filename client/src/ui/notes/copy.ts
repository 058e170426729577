/** What the groups wrote, brought into the room's note by a trainer. */
import * as Y from "yjs";
import type { Classroom, NotesActions } from "../../core/api";
import { ROOM_NOTE } from "../../generated/protocol";
import { t } from "../../i18n";
import type { NotePad } from "./pad";

const NOTHING = new Uint8Array();

/**
 * Appends every group's note that has not been copied in its present words. Gives how many. A note begun in an earlier round is
 * told apart by its round.
 */
export async function copyGroupNotes(classroom: Classroom, into: NotePad): Promise<number> {
  const { notes } = classroom;
  const there = into.text.toString();
  const parts: string[] = [];
  for (const { note, name, text_bytes } of await notes.list()) {
    if (note === ROOM_NOTE || text_bytes === 0) continue;
    const text = (await textOf(notes, note)).trim();
    if (text === "" || there.includes(text)) continue;
    const [round = ""] = note.split("-");
    parts.push(`## ${t("notes.copied_title", { name, round })}\n\n${text}\n`);
  }
  if (parts.length === 0) return 0;
  const gap = there === "" || there.endsWith("\n\n") ? "" : there.endsWith("\n") ? "\n" : "\n\n";
  // One step each: an update has its limit.
  parts.forEach((part, index) => {
    into.text.insert(into.text.length, index === 0 ? gap + part : `\n${part}`);
  });
  return parts.length;
}

async function textOf(notes: NotesActions, note: string): Promise<string> {
  const reader = { updated: () => {}, pointed: () => {} };
  const { update } = await notes.open(note, NOTHING, reader);
  notes.close(note, reader);
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  return doc.getText("text").toString();
}
