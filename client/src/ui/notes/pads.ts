/** The pads of each classroom of this page. */
import type { Classroom } from "../../core/api";
import { Pads } from "./pad";

const known = new WeakMap<Classroom, Pads>();

export function padsOf(classroom: Classroom): Pads {
  const pads =
    known.get(classroom) ??
    new Pads({
      notes: classroom.notes,
      after: (delayMs, action) => {
        const timer = setTimeout(action, delayMs);
        return () => clearTimeout(timer);
      },
    });
  known.set(classroom, pads);
  return pads;
}
