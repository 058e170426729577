/** The pads of each classroom of this page. */
import type { Classroom, Snapshot } from "../../core/api";
import { KeptUpdates } from "./kept";
import { ownerOf } from "./owner";
import { Pads } from "./pad";

const known = new WeakMap<Classroom, Pads>();

export function padsOf(classroom: Classroom, room: Snapshot): Pads {
  const there = known.get(classroom);
  if (there !== undefined) return there;
  const pads = new Pads(
    {
      notes: classroom.notes,
      after: (delayMs, action) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    },
    new KeptUpdates(ownerOf(room)),
  );
  // Phones end a hidden page without a word.
  window.addEventListener("pagehide", () => pads.keep());
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) pads.keep();
  });
  known.set(classroom, pads);
  return pads;
}
