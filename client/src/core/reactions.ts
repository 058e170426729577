/** Reactions: each is shown for a moment, and then nothing is left of it. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Reacted } from "../generated/protocol";
import type { Clock } from "./clock";
import type { Ask } from "./commands";

export type ReactionName = Reacted["reaction"];

export interface ShownReaction {
  readonly id: number;
  readonly participantId: string;
  readonly reaction: ReactionName;
}

export interface ReactionActions {
  /** What is shown now, oldest first; at most one of each person. */
  readonly shown: ReadonlySignal<readonly ShownReaction[]>;
  send(reaction: ReactionName): Promise<void>;
}

const SHOWN_MS = 4_000;

export class Reactions implements ReactionActions {
  readonly shown = signal<readonly ShownReaction[]>([]);
  private newest = 0;

  constructor(
    private readonly clock: Clock,
    private readonly ask: Ask,
  ) {}

  async send(reaction: ReactionName): Promise<void> {
    await this.ask("reaction.send", { reaction });
  }

  /** Somebody reacts, perhaps oneself. A newer one of the same person takes the place of the older. */
  show({ participant_id: participantId, reaction }: Reacted): void {
    this.newest += 1;
    const id = this.newest;
    const others = this.shown.peek().filter((one) => one.participantId !== participantId);
    this.shown.value = [...others, { id, participantId, reaction }];
    this.clock.after(SHOWN_MS, () => {
      this.shown.value = this.shown.peek().filter((one) => one.id !== id);
    });
  }
}
