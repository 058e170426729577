/** Whom staff may gently ask: who has neither spoken nor written for a while. Pure. */
import type { LastHeard, Participant } from "../../core/api";

/** Less is no silence worth a word. */
export const AFTER_MS = 15 * 60_000;

export interface Quiet {
  readonly person: Participant;
  /** Heard from last, or here since. */
  readonly sinceMs: number;
}

/** The longest silence first; only participants who are here. */
export function notHeardSince(
  people: readonly Participant[],
  heard: LastHeard,
  serverNowMs: number,
): readonly Quiet[] {
  return people
    .filter(({ role, connected, presence }) => role === "participant" && connected && presence === "joined")
    .map((person) => ({
      person,
      sinceMs: heard.heardAtMs.get(person.id) ?? Math.max(person.joined_at_ms, heard.listeningSinceMs),
    }))
    .filter(({ sinceMs }) => serverNowMs - sinceMs >= AFTER_MS)
    .sort((a, b) => a.sinceMs - b.sinceMs);
}
