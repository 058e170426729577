/** How long to wait before the next try (exponential, jittered so that a room does not come back all at once). */

const FIRST_MS = 250;
/** A server that restarts is back within seconds: for the first minute nobody waits longer than this for it. */
const LONGEST_MS = 3_000;
const HOPEFUL_ATTEMPTS = 20;
const LONGEST_LATER_MS = 10_000;

/** `attempt` 1 is at once; then 0.25 s, 0.5 s … 3 s, each shortened by up to half. `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  if (attempt <= 1) return 0;
  const longestMs = attempt <= HOPEFUL_ATTEMPTS ? LONGEST_MS : LONGEST_LATER_MS;
  return Math.min(FIRST_MS * 2 ** (attempt - 2), longestMs) * (1 - random / 2);
}

const OPEN_MS = 10_000;
const OPEN_FIRST_MS = 2_500;

/**
 * How long a socket may take from opening to welcome. A first join is patient (`attempt` 0). Later the network was lost a moment
 * ago: a handshake that began while it was away repeats its packets at growing pauses, so a new one is sooner through; a
 * network that is merely slow gets its time after some tries.
 */
export function openTimeoutMs(attempt: number): number {
  return attempt === 0 ? OPEN_MS : Math.min(OPEN_MS, OPEN_FIRST_MS * 1.6 ** (attempt - 1));
}
