/** What the entries of the registries (panels, tools, "More") are given to decide what they show. */
import type { Classroom, Participant } from "../core/api";
import type { UiState } from "./state";

export interface RoomContext {
  readonly classroom: Classroom;
  readonly ui: UiState;
  readonly me: Participant;
}

/** A small number on a button, and in words what it counts. */
export interface Badge {
  readonly count: number;
  readonly description: string;
}

/** No badge at all for zero. */
export function badge(count: number, describe: (count: number) => string): Badge | null {
  return count > 0 ? { count, description: describe(count) } : null;
}
