/**
 * What pictures may cost: the person's choice (kept by this device), what the device can bear, and whether anybody looks. Measures
 * every 2 s while media are up; says what follows for viewing and sending, what to offer, and whether anything arrives at all.
 */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import type { DataChoice, DataOffer, OwnQuality } from "./api";
import type { Cancel, Clock } from "./clock";
import { FULL_CHOICE, limitsOf, type MediaLimits } from "./media/limits";
import { type LoadReading, loadBetween, totalsOf } from "./media/load";
import { SilencePolicy } from "./media/silence";
import { type Strain, StrainPolicy } from "./media/strain";
import { isTroubled, TroublePolicy } from "./media/trouble";
import type { Store } from "./store";

export interface EconomyPorts {
  readonly clock: Clock;
  readonly store: Store;
  readonly processors: number;
  /** How long the page's own thread was held up so far; see `long-tasks.ts`. */
  readonly blockedMs: () => number;
  /** Null: there is no connection to measure. */
  readonly stats: () => Promise<Iterable<Record<string, unknown>> | null>;
  readonly quality: () => OwnQuality;
  /** Somebody's sound or picture is in a slot, or ours is sent. */
  readonly expectsArrivals: () => boolean;
  /** Told after every measurement. */
  readonly heard: (arrives: boolean) => void;
}

const EVERY_MS = 2_000;
/** A page that slept, or a laptop that was closed, tells nothing about the time in between. */
const LONGEST_MS = 3 * EVERY_MS;
const KEY = "data";

export class Economy {
  readonly choice;
  readonly offer = signal<DataOffer | null>(null);
  readonly strain = signal<Strain>(0);
  readonly hidden = signal(false);
  readonly limits: ReadonlySignal<MediaLimits>;
  private readonly strainPolicy: StrainPolicy;
  private readonly trouble = new TroublePolicy();
  private readonly silence = new SilencePolicy();
  private before: LoadReading | null = null;
  private cancel: Cancel = () => {};
  private run = 0;

  constructor(private readonly ports: EconomyPorts) {
    this.strainPolicy = new StrainPolicy(ports.processors);
    this.choice = signal<DataChoice>({ ...FULL_CHOICE, ...ports.store.read<Partial<DataChoice>>(KEY) });
    this.limits = computed(() => limitsOf(this.choice.value, this.strain.value, this.hidden.value));
  }

  choose(change: Partial<DataChoice>): void {
    this.choice.value = { ...this.choice.peek(), ...change };
    this.ports.store.write(KEY, this.choice.peek());
    this.trouble.chosen(this.ports.clock.now());
    this.offer.value = null;
  }

  refuseOffer(): void {
    this.trouble.refused(this.ports.clock.now());
    this.offer.value = null;
  }

  /** Media are up, on a connection that may be another one than before. */
  start(): void {
    this.cancel();
    this.forget();
    this.run += 1;
    this.schedule(this.run);
  }

  stop(): void {
    this.cancel();
    this.run += 1;
    this.offer.value = null;
  }

  private schedule(run: number): void {
    this.cancel = this.ports.clock.after(EVERY_MS, async () => {
      const stats = await this.ports.stats().catch(() => null);
      if (run !== this.run) return;
      if (stats) this.measured(stats);
      // What was measured may have made another connection the one to measure.
      if (run === this.run) this.schedule(run);
    });
  }

  private forget(): void {
    this.before = null;
    this.strainPolicy.skip();
    this.trouble.skip();
    this.silence.reset();
  }

  private measured(stats: Iterable<Record<string, unknown>>): void {
    const { clock } = this.ports;
    const now: LoadReading = {
      atMs: clock.now(),
      totals: totalsOf(stats),
      blockedMs: this.ports.blockedMs(),
    };
    const { before } = this;
    if (before && now.atMs - before.atMs > LONGEST_MS) this.forget();
    this.before = now;
    this.ports.heard(this.silence.observe(now.totals.arrivals, this.ports.expectsArrivals()));
    // A hidden page receives no pictures, and its timers are slow.
    const load = before && !this.hidden.peek() ? loadBetween(before, now) : null;
    if (load) this.strain.value = this.strainPolicy.observe(load, now.atMs);
    else this.strainPolicy.skip();
    const troubled = isTroubled(this.ports.quality(), load);
    this.offer.value = this.trouble.observe(troubled, this.choice.peek(), now.atMs);
  }
}
