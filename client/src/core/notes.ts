/** Shared notes on their way to and from the server. What is in an update is Yjs' business, which only an open editor loads. */
import type { NoteListing, NoteState, NotesPush } from "../generated/protocol";
import type { Ask } from "./commands";

/** What an open note hears of the others. */
export interface NoteReader {
  updated(update: Uint8Array): void;
  /** Relative positions; null: the cursor is gone. */
  pointed(participantId: string, anchor: Uint8Array | null, head: Uint8Array | null): void;
}

export interface NotesActions {
  /** What is new since `stateVector`; and from now on `reader` hears what others do, until `close` or a lost connection. */
  open(note: string, stateVector: Uint8Array, reader: NoteReader): Promise<NoteState>;
  close(note: string, reader: NoteReader): void;
  /** Resolves when it is durable. */
  update(note: string, update: Uint8Array): Promise<void>;
  point(note: string, anchor: Uint8Array | null, head: Uint8Array | null): void;
  /** Staff: every note that was begun in this room. */
  list(): Promise<readonly NoteListing[]>;
}

export type PostCursor = (
  type: "notes.cursor",
  payload: { note: string; anchor: Uint8Array | null; head: Uint8Array | null },
) => void;

export class Notes implements NotesActions {
  private readonly readers = new Map<string, Set<NoteReader>>();

  constructor(
    private readonly ask: Ask,
    private readonly post: PostCursor,
  ) {}

  async open(note: string, stateVector: Uint8Array, reader: NoteReader): Promise<NoteState> {
    // Before the reply: what others write meanwhile may come first.
    const readers = this.readers.get(note) ?? new Set();
    this.readers.set(note, readers.add(reader));
    return this.ask("notes.open", { note, state_vector: stateVector });
  }

  close(note: string, reader: NoteReader): void {
    const readers = this.readers.get(note);
    readers?.delete(reader);
    if (readers?.size !== 0) return;
    this.readers.delete(note);
    this.ask("notes.close", { note }).catch(() => {}); // the connection is gone, and with it the opening
  }

  async update(note: string, update: Uint8Array): Promise<void> {
    await this.ask("notes.update", { note, update });
  }

  point(note: string, anchor: Uint8Array | null, head: Uint8Array | null): void {
    this.post("notes.cursor", { note, anchor, head });
  }

  async list(): Promise<readonly NoteListing[]> {
    return (await this.ask("notes.list", {})).notes;
  }

  pushed(push: NotesPush): void {
    for (const reader of this.readers.get(push.note) ?? []) {
      if (push.type === "notes.updated") reader.updated(push.update);
      else reader.pointed(push.participant_id, push.anchor, push.head);
    }
  }
}
