/**
 * One shared note as this page has it: a Yjs document, kept in step with the server. What is written while there is no connection
 * stays here and merges when it is back. No editor, no page: the editor binds to `text`.
 *
 *     closed --open--> opening --> open --lost, refused--> closed (tries again by itself while it is wanted)
 */
import { type Signal, signal } from "@preact/signals";
import * as Y from "yjs";
import { CommandError, type NoteReader, type NotesActions } from "../../core/api";
import { MAX_UPDATE_BYTES } from "../../generated/protocol";

export type PadState =
  | "opening"
  /** Everything written here is safe on the server. */
  | "saved"
  | "saving"
  /** Words are kept here until there is a connection. */
  | "offline"
  /** The server takes no more: see `problem`. */
  | "refused";

export interface Cursor {
  readonly anchor: Uint8Array;
  readonly head: Uint8Array;
}

export interface PadPorts {
  readonly notes: NotesActions;
  /** Calls `action` later; gives how to call it off. */
  readonly after: (delayMs: number, action: () => void) => () => void;
}

/** Keystrokes of this long go together. */
export const COLLECT_MS = 150;
const AGAIN_MS = 2_000;
const NOTHING = new Uint8Array();

export class NotePad {
  readonly doc = new Y.Doc();
  readonly text = this.doc.getText("text");
  readonly state: Signal<PadState> = signal("opening");
  /** Why the server refused: a protocol code. */
  readonly problem: Signal<string | null> = signal(null);
  /** Others' cursors, by participant id. */
  readonly cursors: Signal<ReadonlyMap<string, Cursor>> = signal(new Map());
  private readonly reader: NoteReader;
  private wanted = false;
  private isOpen = false;
  private inFlight = false;
  private cancelSend: (() => void) | null = null;
  /** Written here and not known to be on the server. */
  private unsaved: Uint8Array[] = [];
  private cancelOpening: (() => void) | null = null;
  private cancelPoint: (() => void) | null = null;
  private point: Cursor | null = null;

  /** `brought`: what an earlier page could not send. */
  constructor(
    readonly note: string,
    private readonly ports: PadPorts,
    private brought: Uint8Array | null = null,
  ) {
    this.reader = {
      updated: (update) => Y.applyUpdate(this.doc, update, this),
      pointed: (who, anchor, head) => this.pointed(who, anchor, head),
    };
    this.doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin === this) return;
      this.unsaved.push(update);
      this.state.value = this.isOpen ? "saving" : this.state.peek();
      if (this.isOpen) this.sendLater(COLLECT_MS);
    });
  }

  /** Somebody looks at it: opens it, and again whenever the connection is back (call it then). */
  open(): void {
    this.wanted = true;
    this.isOpen = false;
    this.cursors.value = new Map();
    this.later(0);
  }

  /** Nobody looks any more. What is unsaved is still sent. */
  close(): void {
    this.wanted = false;
    this.movePoint(null);
    if (this.unsaved.length === 0) this.ports.notes.close(this.note, this.reader);
  }

  /** Nobody looks, and yet there is something to send. */
  deliver(): void {
    if (!this.wanted && this.unsent() !== null) this.later(0);
  }

  /** All that is not known to be on the server, as one update; null: nothing. */
  unsent(): Uint8Array | null {
    const updates = this.brought === null ? this.unsaved : [this.brought, ...this.unsaved];
    return updates.length === 0 ? null : Y.mergeUpdates(updates);
  }

  /** The connection is lost. */
  lost(): void {
    this.isOpen = false;
    this.cursors.value = new Map();
    this.state.value = "offline";
  }

  /** Where the person's own cursor is, told a few times a second at most; null: nowhere. */
  movePoint(point: Cursor | null): void {
    this.point = point;
    this.cancelPoint ??= this.ports.after(COLLECT_MS, () => {
      this.cancelPoint = null;
      if (this.isOpen)
        this.ports.notes.point(this.note, this.point?.anchor ?? null, this.point?.head ?? null);
    });
  }

  private async opening(): Promise<void> {
    try {
      const { update, state_vector } = await this.ports.notes.open(
        this.note,
        Y.encodeStateVector(this.doc),
        this.reader,
      );
      Y.applyUpdate(this.doc, update, this);
      this.unpack();
      if (this.unsaved.length > 0) {
        // In one piece where that is possible: it leaves out what was deleted meanwhile.
        const lacking = Y.encodeStateAsUpdate(this.doc, state_vector);
        if (lacking.length <= MAX_UPDATE_BYTES) this.unsaved = [lacking];
      }
      this.isOpen = true;
      this.problem.value = null;
      this.settle();
    } catch (error) {
      this.failed(error);
    }
  }

  /** Once, and on top of what it was written on: what is new of it is then unsaved, as if it were written now. */
  private unpack(): void {
    const { brought } = this;
    this.brought = null;
    if (brought !== null) Y.applyUpdate(this.doc, brought);
  }

  private settle(): void {
    this.state.value = this.unsaved.length > 0 ? "saving" : "saved";
    if (this.unsaved.length > 0) this.sendLater(0);
    else if (!this.wanted) this.ports.notes.close(this.note, this.reader);
  }

  private sendLater(delayMs: number): void {
    if (this.inFlight) return; // whatever has come meanwhile follows it
    this.cancelSend ??= this.ports.after(delayMs, () => {
      this.cancelSend = null;
      if (this.isOpen) void this.send();
    });
  }

  private async send(): Promise<void> {
    const { update, count } = this.piece();
    this.inFlight = true;
    try {
      await this.ports.notes.update(this.note, update);
      this.unsaved.splice(0, count);
      this.inFlight = false;
      if (this.isOpen) this.settle();
    } catch (error) {
      this.inFlight = false;
      this.failed(error);
    }
  }

  /** As many of the unsaved updates, merged, as go into one. */
  private piece(): { update: Uint8Array; count: number } {
    let update = this.unsaved[0] ?? NOTHING;
    let count = 1;
    for (const next of this.unsaved.slice(1)) {
      const merged = Y.mergeUpdates([update, next]);
      if (merged.length > MAX_UPDATE_BYTES) break;
      update = merged;
      count += 1;
    }
    return { update, count };
  }

  private failed(error: unknown): void {
    this.isOpen = false;
    const code = error instanceof CommandError ? error.code : "unknown";
    if (["connection_lost", "not_connected", "timeout"].includes(code)) {
      this.state.value = "offline";
      return;
    }
    this.problem.value = code;
    this.state.value = "refused";
    // The next opening finds out what the server lacks; deleting may have made it fit.
    if (this.wanted && code !== "not_allowed" && code !== "unknown_group") this.later(AGAIN_MS);
  }

  private later(delayMs: number): void {
    this.cancelOpening?.();
    this.cancelOpening = this.ports.after(delayMs, () => {
      this.cancelOpening = null;
      void this.opening();
    });
  }

  private pointed(who: string, anchor: Uint8Array | null, head: Uint8Array | null): void {
    const cursors = new Map(this.cursors.peek());
    if (anchor === null || head === null) cursors.delete(who);
    else cursors.set(who, { anchor, head });
    this.cursors.value = cursors;
  }
}

/** Where unsent words outlive the page. */
export interface PadKeeper {
  readonly notes: readonly string[];
  get(note: string): Uint8Array | null;
  put(updates: ReadonlyMap<string, Uint8Array>): void;
}

/** The pads of this page: closing a panel loses nothing, nor does a reload. */
export class Pads {
  private readonly pads = new Map<string, NotePad>();

  constructor(
    private readonly ports: PadPorts,
    private readonly keeper: PadKeeper,
  ) {
    for (const note of keeper.notes) this.pads.set(note, new NotePad(note, ports, keeper.get(note)));
  }

  of(note: string): NotePad {
    const pad = this.pads.get(note) ?? new NotePad(note, this.ports);
    this.pads.set(note, pad);
    return pad;
  }

  /** Sends what waits in pads that nobody looks at. */
  deliver(): void {
    for (const pad of this.pads.values()) pad.deliver();
  }

  /** The page may end now. */
  keep(): void {
    const unsent = new Map<string, Uint8Array>();
    for (const [note, pad] of this.pads) {
      const update = pad.unsent();
      if (update !== null) unsent.set(note, update);
    }
    this.keeper.put(unsent);
  }
}
