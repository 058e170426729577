/**
 * Keeps the room's idea of what a person publishes equal to what this browser does publish. The person's own switches rule,
 * but for one thing: when somebody else turned a microphone off, it goes off here too. Nothing here turns anything on.
 */
import type { MediaFlags, SetMedia } from "../generated/protocol";
import { CommandError } from "./api";

type Flag = keyof MediaFlags;
const FLAGS: readonly Flag[] = ["microphone", "camera", "screen"];

export const ALL_OFF: MediaFlags = { microphone: false, camera: false, screen: false };

export interface FlagPorts {
  /** What this browser publishes, or is about to. */
  readonly local: () => MediaFlags;
  readonly turnOff: (flag: Flag) => void;
  /** Rejects with the server's refusal. */
  readonly tell: (change: Omit<SetMedia, "type">) => Promise<unknown>;
}

export class FlagSync {
  /** What the room has; null while nobody listens. */
  private known: MediaFlags | null = null;
  private running: Promise<void> | null = null;

  constructor(private readonly ports: FlagPorts) {}

  /** A fresh session: the room starts from these flags, and hears of the rest. */
  begin(flags: MediaFlags): void {
    this.known = flags;
    this.settle().catch(() => {});
  }

  /** The room's newest word on this person. `byOther`: not caused by this person. */
  heard(flags: MediaFlags, byOther: boolean): void {
    const before = this.known;
    this.known = flags;
    if (byOther) for (const flag of FLAGS) if (before?.[flag] && !flags[flag]) this.ports.turnOff(flag);
    this.settle().catch(() => {});
  }

  /** No session: what is switched meanwhile is told at the next `begin` or `heard`. */
  end(): void {
    this.known = null;
  }

  /**
   * Tells the room what differs. Resolves when it agrees; rejects when it refuses, after turning off here what it does
   * not want.
   */
  settle(): Promise<void> {
    if (this.running) return this.running;
    if (!this.difference()) return Promise.resolve();
    this.running = this.run();
    return this.running;
  }

  private async run(): Promise<void> {
    try {
      for (let change = this.difference(); change; change = this.difference()) await this.tell(change);
    } finally {
      this.running = null;
    }
  }

  private async tell(change: Partial<MediaFlags>): Promise<void> {
    try {
      await this.ports.tell(change);
      if (this.known) this.known = { ...this.known, ...change };
    } catch (error) {
      // Not refused, only lost with its session: the new one hears it.
      if (error instanceof CommandError && error.code === "connection_lost" && this.known) return;
      const wanted = FLAGS.filter((flag) => change[flag]);
      if (wanted.length > 1) {
        // One of them is refused, and the others need not suffer for it.
        await this.tellEach(change);
        return;
      }
      for (const flag of wanted) this.ports.turnOff(flag);
      throw error;
    }
  }

  private async tellEach(change: Partial<MediaFlags>): Promise<void> {
    const each = FLAGS.filter((flag) => change[flag] !== undefined).map((flag) => ({ [flag]: change[flag] }));
    const outcomes: PromiseSettledResult<void>[] = [];
    for (const one of each) outcomes.push(...(await Promise.allSettled([this.tell(one)])));
    const refused = outcomes.find((outcome) => outcome.status === "rejected");
    if (refused) throw refused.reason;
  }

  private difference(): Partial<MediaFlags> | null {
    const { known } = this;
    if (!known) return null;
    const local = this.ports.local();
    const differing = FLAGS.filter((flag) => local[flag] !== known[flag]);
    return differing.length > 0 ? Object.fromEntries(differing.map((flag) => [flag, local[flag]])) : null;
  }
}
