/** Composes the classroom that the interface uses: connection, room state, media and devices. */
import type { Classroom } from "./api";

/** What the classroom takes from the page; the defaults are the page's own. */
export interface ClassroomOptions {
  /** Address of the page: the invitation is in its fragment (`/join#t=…`), the server at its origin. */
  readonly location?: Location;
}

export function createClassroom(_options: ClassroomOptions = {}): Classroom {
  throw new Error("being written: see core/api.ts for the interface");
}
