/** How long to wait before the next try (exponential, jittered so that a room does not come back all at once). */

const FIRST_MS = 500;
const LONGEST_MS = 10_000;

/** `attempt` 1 is at once; then 0.5 s, 1 s, 2 s … 10 s, each shortened by up to half. `random` is in [0, 1). */
export function retryDelayMs(attempt: number, random: number): number {
  if (attempt <= 1) return 0;
  return Math.min(FIRST_MS * 2 ** (attempt - 2), LONGEST_MS) * (1 - random / 2);
}
