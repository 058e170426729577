import { useEffect } from "preact/hooks";
import { useClassroom } from "../state";
import { KeptUpdates } from "./kept";
import { ownerOf } from "./owner";

/** Sends what an earlier page of this tab could not, whether or not anybody opens the notes. */
export function useKeptNotes(): void {
  const classroom = useClassroom();
  const connected = classroom.connection.value.kind === "connected";
  useEffect(() => {
    const room = classroom.room.peek();
    if (!connected || room === null || new KeptUpdates(ownerOf(room)).notes.length === 0) return;
    // The notes say for themselves when they cannot be loaded; the words stay kept.
    import("./pads").then(({ padsOf }) => padsOf(classroom, room).deliver()).catch(() => {});
  }, [classroom, connected]);
}
