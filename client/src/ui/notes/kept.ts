/**
 * What was written in notes and has not reached the server, for the next page of this tab: a reload without a connection loses
 * nothing. Yjs merges what it brings, so it does no harm where it had arrived after all.
 */
import { Store, storageArea } from "../../core/store";

/** Of all notes together; what is more is not kept. */
export const KEPT_BYTES = 512 * 1024;

export class KeptUpdates {
  /** `owner`: whose words, in which room. Another person's page in this tab does not get them. */
  constructor(
    private readonly owner: string,
    private readonly store = new Store(storageArea("sessionStorage")),
  ) {}

  get notes(): readonly string[] {
    return Object.keys(this.read());
  }

  get(note: string): Uint8Array | null {
    const text = this.read()[note];
    if (typeof text !== "string") return null;
    try {
      return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    } catch {
      return null;
    }
  }

  /** In the place of what was kept before. */
  put(updates: ReadonlyMap<string, Uint8Array>): void {
    let left = KEPT_BYTES;
    const kept: Record<string, string> = {};
    for (const [note, update] of updates) {
      if (update.length > left) continue;
      left -= update.length;
      kept[note] = btoa(Array.from(update, (byte) => String.fromCharCode(byte)).join(""));
    }
    if (Object.keys(kept).length > 0) this.store.write("notes", { owner: this.owner, kept });
    else this.store.remove("notes");
  }

  private read(): Readonly<Record<string, unknown>> {
    const record = this.store.read<{ owner?: unknown; kept?: unknown }>("notes");
    return record?.owner === this.owner && typeof record.kept === "object" && record.kept !== null
      ? (record.kept as Record<string, unknown>)
      : {};
  }
}
