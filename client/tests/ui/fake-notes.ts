/** Shared notes and captions without a server: notes are merged in memory, captions are recorded. */
import { signal } from "@preact/signals";
import * as Y from "yjs";
import type { CaptionsActions, NoteReader, NotesActions } from "../../src/core/api";
import type { CaptionKind, CaptionLine, NoteListing } from "../../src/generated/protocol";

export class FakeNotes implements NotesActions {
  readonly docs = new Map<string, Y.Doc>();
  readonly readers = new Map<string, NoteReader>();
  readonly cursors: { note: string; anchor: Uint8Array | null; head: Uint8Array | null }[] = [];
  listed: readonly NoteListing[] = [];
  /** What the next update or opening fails with. */
  failure: unknown = null;

  doc(note: string): Y.Doc {
    const doc = this.docs.get(note) ?? new Y.Doc();
    this.docs.set(note, doc);
    return doc;
  }

  text(note: string): string {
    return this.doc(note).getText("text").toString();
  }

  async open(note: string, stateVector: Uint8Array, reader: NoteReader) {
    this.fail();
    this.readers.set(note, reader);
    const doc = this.doc(note);
    return {
      update: Y.encodeStateAsUpdate(doc, stateVector.length > 0 ? stateVector : undefined),
      state_vector: Y.encodeStateVector(doc),
    };
  }

  close(note: string): void {
    this.readers.delete(note);
  }

  async update(note: string, update: Uint8Array): Promise<void> {
    this.fail();
    Y.applyUpdate(this.doc(note), update);
  }

  point(note: string, anchor: Uint8Array | null, head: Uint8Array | null): void {
    this.cursors.push({ note, anchor, head });
  }

  async list(): Promise<readonly NoteListing[]> {
    return this.listed;
  }

  /** Somebody else writes. */
  write(note: string, words: string, at = 0): void {
    const doc = this.doc(note);
    const before = Y.encodeStateVector(doc);
    doc.getText("text").insert(at, words);
    this.readers.get(note)?.updated(Y.encodeStateAsUpdate(doc, before));
  }

  private fail(): void {
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
  }
}

export class FakeCaptions implements CaptionsActions {
  readonly lines = signal<readonly CaptionLine[]>([]);
  /** Everything written, finished lines with a full stop behind. */
  readonly written: string[] = [];

  writer(kind: CaptionKind) {
    let last = "";
    return {
      change: (text: string) => {
        last = text;
        this.written.push(`${kind}: ${text}`);
      },
      finish: () => {
        this.written.push(`${kind}: ${last}.`);
      },
    };
  }
}
