/** Who is large in the speaker layout. Pure: time is an argument. */

/** Who says "mm-hm" does not take the floor. */
const TAKE_MS = 1_200;

export class Floor {
  private holder: string | null = null;
  private rival: { readonly id: string; readonly sinceMs: number } | null = null;

  /**
   * `speaking`: who speaks now, loudest first, oneself left out. Gives who has the floor (null: nobody has spoken yet), and when
   * to ask again although nothing changed (null: no need). Whoever has the floor keeps it until another has gone on speaking alone.
   */
  observe(speaking: readonly string[], nowMs: number): { holder: string | null; wakeAtMs: number | null } {
    const first = speaking[0] ?? null;
    this.holder ??= first;
    if (first === null || (this.holder !== null && speaking.includes(this.holder))) {
      this.rival = null;
      return { holder: this.holder, wakeAtMs: null };
    }
    if (this.rival?.id !== first) this.rival = { id: first, sinceMs: nowMs };
    const takesAtMs = this.rival.sinceMs + TAKE_MS;
    if (nowMs < takesAtMs) return { holder: this.holder, wakeAtMs: takesAtMs };
    this.holder = first;
    this.rival = null;
    return { holder: first, wakeAtMs: null };
  }
}
