/** Says one minute, and ten seconds, before a breakout's time is over. */
import type { Cancel, Clock } from "./clock";
import type { NoticeKey } from "./notices";

const RECALLS: readonly { readonly beforeMs: number; readonly key: NoticeKey }[] = [
  { beforeMs: 60_000, key: "notice.recall_60" },
  { beforeMs: 10_000, key: "notice.recall_10" },
];

export class Recall {
  private endsAtMs: number | null = null;
  private timers: Cancel[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly tell: (key: NoticeKey) => void,
  ) {}

  /** When the person must return, by our own clock; null: no such time. Recalls whose time has passed are not made up. */
  expect(endsAtMs: number | null): void {
    if (endsAtMs === this.endsAtMs) return;
    this.endsAtMs = endsAtMs;
    for (const cancel of this.timers) cancel();
    this.timers = [];
    if (endsAtMs === null) return;
    for (const { beforeMs, key } of RECALLS) {
      const inMs = endsAtMs - beforeMs - this.clock.now();
      if (inMs > 0) this.timers.push(this.clock.after(inMs, () => this.tell(key)));
    }
  }
}
