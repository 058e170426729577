/** Whether anything still arrives, where something always would. A policy without a clock: one observation every 2 s. */

/** Answers to checks alone come every 2.65 s (Chromium): one empty observation is nothing. */
const EMPTY_IN_A_ROW = 2;

export class SilencePolicy {
  private arrivals = 0;
  private empty = 0;

  /**
   * `arrivals`: a growing total, of one connection. `expected`: somebody's sound or picture is in a slot, or ours is sent, so
   * that packets or reports come every second. Says whether the path is alive.
   */
  observe(arrivals: number, expected: boolean): boolean {
    if (arrivals !== this.arrivals) this.empty = 0;
    else if (expected) this.empty += 1;
    this.arrivals = arrivals;
    return this.empty < EMPTY_IN_A_ROW;
  }

  /** A new connection, or time that was not observed. */
  reset(): void {
    this.empty = 0;
    this.arrivals = 0;
  }
}
