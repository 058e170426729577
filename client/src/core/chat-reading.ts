/** What of each conversation was read in this browser: marks that outlive the page. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import type { Snapshot } from "../generated/protocol";
import type { ChatEntry } from "./chat-api";
import type { Store } from "./store";

/** `base`: what was there when the person first came; to a newcomer the past is no news. */
interface Marks {
  readonly base: number;
  readonly read: Readonly<Record<string, number>>;
}

export class Reading {
  readonly unreadIn: ReadonlySignal<ReadonlyMap<string, number>>;
  private readonly marks: Signal<Marks | null> = signal(null);

  constructor(
    private readonly entries: ReadonlySignal<readonly ChatEntry[]>,
    private readonly store: Store,
  ) {
    this.unreadIn = computed(() => {
      const counts = new Map<string, number>();
      if (this.marks.value === null) return counts;
      for (const { conversation, own, id, deletedBy } of this.entries.value)
        if (!own && deletedBy === null && id > this.lastRead(conversation))
          counts.set(conversation, (counts.get(conversation) ?? 0) + 1);
      return counts;
    });
  }

  /** A snapshot came: what was read before, in this browser, stays read. */
  opened(snapshot: Snapshot): void {
    if (this.marks.peek() !== null) return;
    const newest = snapshot.chat.reduce((most, { id }) => Math.max(most, id), 0);
    this.marks.value = this.store.read<Marks>(keyOf(snapshot)) ?? { base: newest, read: {} };
  }

  lastRead(conversation: string): number {
    const marks = this.marks.value;
    return marks === null ? 0 : Math.max(marks.base, marks.read[conversation] ?? 0);
  }

  markRead(snapshot: Snapshot, conversation: string): void {
    const marks = this.marks.peek();
    if (marks === null) return;
    const here = this.entries.peek();
    const newest = here.reduce(
      (most, one) => (one.conversation === conversation ? Math.max(most, one.id) : most),
      0,
    );
    if (newest <= Math.max(marks.base, marks.read[conversation] ?? 0)) return;
    // Conversations that left the history leave the marks, too.
    const alive = new Set(here.map((one) => one.conversation));
    const read = Object.fromEntries(Object.entries(marks.read).filter(([key]) => alive.has(key)));
    this.marks.value = { base: marks.base, read: { ...read, [conversation]: newest } };
    this.store.write(keyOf(snapshot), this.marks.value);
  }
}

function keyOf(snapshot: Snapshot): string {
  return `read.${snapshot.room_id}.${snapshot.you}`;
}
