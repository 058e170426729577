/**
 * Two media connections at one time, while a room goes to another node: who is heard and seen over which. People arrive at
 * the new node one after the other; everybody is played over the old connection until their sound (or picture) flows over the
 * new one, and over one of the two at any moment.
 */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Published, Slots } from "../generated/protocol";
import type { Cancel, Clock } from "./clock";
import type { SlotStreams } from "./media/peer";

/** A twentieth of a second: as long as a packet or two. */
const LOOK_EVERY_MS = 50;

/** The moment of the newest frame that a slot has played, in any unit; null: none yet, or the browser does not tell. */
export type Played = (media: "audio" | "video", index: number) => number | null;

export interface HandoverPorts {
  readonly clock: Clock;
  /** Of the new connection. */
  readonly played: Played;
  /** Silences slots of the two connections, or lets them be heard again; `former` has nothing while there is no such connection. */
  readonly silence: (slots: { former: readonly boolean[]; now: readonly boolean[] }) => void;
}

type Row = readonly (Published | null)[];

export const keyOf = (slot: Pick<Published, "participant_id" | "kind">): string =>
  `${slot.participant_id}/${slot.kind}`;

/** What flows in the slots of one kind of the new connection. */
class Arrivals {
  private readonly looks = new Map<string, { index: number; played: number | null }>();
  private readonly flowing = new Set<string>();

  /** The publications of `row` of which something has come over the new connection since they are in their slot. */
  look(row: Row, played: (index: number) => number | null): ReadonlySet<string> {
    const there = new Set<string>();
    row.forEach((slot, index) => {
      if (!slot) return;
      const key = keyOf(slot);
      const before = this.looks.get(key);
      const now = played(index);
      there.add(key);
      if (before?.index === index && before.played !== now) this.flowing.add(key);
      this.looks.set(key, { index, played: now });
    });
    for (const key of [...this.looks.keys()]) {
      if (there.has(key)) continue;
      this.looks.delete(key);
      this.flowing.delete(key);
    }
    return this.flowing;
  }
}

interface Former {
  readonly streams: SlotStreams;
  slots: Slots;
  readonly audio: Arrivals;
  readonly video: Arrivals;
}

export class Handover {
  private carried: Former | null = null;
  private slots: Slots | null = null;
  private cancel: Cancel = () => {};
  private readonly kept = signal<ReadonlyMap<string, MediaStream>>(new Map());

  constructor(private readonly ports: HandoverPorts) {}

  get running(): boolean {
    return this.carried !== null;
  }

  /** Pictures that are still to be shown from the old connection, by publication. */
  get pictures(): ReadonlySignal<ReadonlyMap<string, MediaStream>> {
    return this.kept;
  }

  /** The old connection lives on: what is in its slots, and their streams. */
  begin(slots: Slots, streams: SlotStreams): void {
    this.cancel();
    this.carried = { slots, streams, audio: new Arrivals(), video: new Arrivals() };
    this.slots = null;
    this.look();
  }

  formerSlots(slots: Slots): void {
    if (!this.carried) return;
    this.carried.slots = slots;
    this.settle();
  }

  /** What is in the slots of the new connection. */
  newSlots(slots: Slots): void {
    if (!this.carried) return;
    this.slots = slots;
    this.settle();
  }

  /** The old connection is closed: what there is comes over the new one. */
  end(): void {
    if (!this.carried) return;
    this.cancel();
    this.carried = null;
    this.kept.value = new Map();
    this.ports.silence({ former: [], now: [] });
  }

  private look(): void {
    this.settle();
    this.cancel = this.ports.clock.after(LOOK_EVERY_MS, () => this.look());
  }

  private settle(): void {
    const running = this.carried;
    if (!running) return;
    const { played, silence } = this.ports;
    const now = this.slots ?? { audio: [], video: [] };
    const heard = running.audio.look(now.audio, (index) => played("audio", index));
    const seen = running.video.look(now.video, (index) => played("video", index));
    const formerly = new Set(running.slots.audio.flatMap((slot) => (slot ? keyOf(slot) : [])));
    silence({
      former: running.slots.audio.map((slot) => slot !== null && heard.has(keyOf(slot))),
      now: now.audio.map((slot) => slot !== null && formerly.has(keyOf(slot)) && !heard.has(keyOf(slot))),
    });
    this.keepPictures(running, seen);
  }

  private keepPictures({ slots, streams }: Former, seen: ReadonlySet<string>): void {
    const kept = new Map<string, MediaStream>();
    slots.video.forEach((slot, index) => {
      const stream = streams.video[index];
      if (slot && stream && !seen.has(keyOf(slot))) kept.set(keyOf(slot), stream);
    });
    const before = this.kept.peek();
    const same = kept.size === before.size && [...kept].every(([key, stream]) => before.get(key) === stream);
    if (!same) this.kept.value = kept;
  }
}
