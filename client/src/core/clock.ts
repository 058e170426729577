/** Time as an argument: what the state machines of `core/` know of it. Tests give a clock that they turn by hand. */

export type Cancel = () => void;

export interface Clock {
  /** Milliseconds of Unix time. */
  now(): number;
  /** Calls `action` once, in `delayMs`, unless cancelled. */
  after(delayMs: number, action: () => void): Cancel;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};
