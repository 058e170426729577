/**
 * Whether the device keeps up with the pictures, and how much less to ask for when it does not. A policy without a clock: it is
 * given what was measured, and when. It gives way within seconds and recovers slowly, so that pictures do not come and go.
 */
import type { Load } from "./load";

/** 0: keeps up. 1: no large pictures. 2: small ones, and not many. 3: very few. */
export type Strain = 0 | 1 | 2 | 3;

const WORST: Strain = 3;
/** Measurements in a row that count: one long task or one late key frame is no weak device. */
const BAD_IN_A_ROW = 3;
const RECOVER_MS = 30_000;
const LONGEST_RECOVER_MS = 300_000;
/** Trouble this soon after things were made better again: it was too early, wait longer the next time. */
const RELAPSE_MS = 60_000;

const MAX_DROPPED = 0.2;
const MAX_DECODING_PER_PROCESSOR = 0.5;
const MAX_CPU_LIMITED = 0.5;
const MAX_BLOCKED = 0.4;

/** `processors`: navigator.hardwareConcurrency. */
export function isTooMuch(load: Load, processors: number): boolean {
  return (
    load.dropped > MAX_DROPPED ||
    load.decoding > MAX_DECODING_PER_PROCESSOR * processors ||
    load.cpuLimited > MAX_CPU_LIMITED ||
    load.blocked > MAX_BLOCKED
  );
}

export class StrainPolicy {
  private strain: Strain = 0;
  private badInARow = 0;
  private easySinceMs: number | null = null;
  private recoverMs = RECOVER_MS;
  private recoveredAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly processors: number) {}

  get level(): Strain {
    return this.strain;
  }

  observe(load: Load, nowMs: number): Strain {
    if (isTooMuch(load, this.processors)) this.bad(nowMs);
    else this.good(nowMs);
    return this.strain;
  }

  /** Nothing could be measured (the page is hidden, a new connection): no good sign and no bad one. */
  skip(): void {
    this.badInARow = 0;
    this.easySinceMs = null;
  }

  private bad(nowMs: number): void {
    this.easySinceMs = null;
    this.badInARow += 1;
    if (this.badInARow < BAD_IN_A_ROW || this.strain === WORST) return;
    this.badInARow = 0;
    this.strain = (this.strain + 1) as Strain;
    const relapsed = nowMs - this.recoveredAtMs < RELAPSE_MS;
    this.recoverMs = relapsed ? Math.min(this.recoverMs * 2, LONGEST_RECOVER_MS) : RECOVER_MS;
  }

  private good(nowMs: number): void {
    this.badInARow = 0;
    this.easySinceMs ??= nowMs;
    if (this.strain === 0 || nowMs - this.easySinceMs < this.recoverMs) return;
    this.strain = (this.strain - 1) as Strain;
    this.easySinceMs = nowMs;
    this.recoveredAtMs = nowMs;
  }
}
