/**
 * What the browser keeps. The session, for a reload of this tab (sessionStorage); the seat of a group link, the last
 * name, chosen devices and what was read of the chat (localStorage). A browser that forbids storage loses
 * only these comforts.
 */

import type { KeptRequest } from "./requests";

/** What resumes a session; see docs/protocol.md, "Resuming". */
export interface SessionRecord {
  readonly token: string;
  readonly sessionId: string;
  readonly secret: string;
  readonly epoch: string;
  readonly seq: number;
  /** The highest `ref` used: a reloaded page counts on from there. */
  readonly ref: number;
  /** What was written and has no reply yet; a reloaded page sends it again. */
  readonly unanswered?: readonly KeptRequest[];
}

export interface SessionStore {
  load(token: string): SessionRecord | null;
  save(record: SessionRecord): void;
  clear(): void;
}

/** The part of the Web Storage API that is used. */
export type KeyValue = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const PREFIX = "classroom.";

export class Store {
  /** `area` null: nothing is kept. */
  constructor(private readonly area: KeyValue | null) {}

  read<T>(key: string): T | null {
    try {
      const text = this.area?.getItem(PREFIX + key);
      return text ? (JSON.parse(text) as T) : null;
    } catch {
      return null;
    }
  }

  write(key: string, value: unknown): void {
    try {
      this.area?.setItem(PREFIX + key, JSON.stringify(value));
    } catch {
      // Full or forbidden: kept for this page only, by whoever called.
    }
  }

  remove(key: string): void {
    try {
      this.area?.removeItem(PREFIX + key);
    } catch {
      // As above.
    }
  }
}

/** The session of this tab. A record of another invitation is not offered. */
export function sessionStore(store: Store): SessionStore {
  return {
    load: (token) => {
      const record = store.read<SessionRecord>("session");
      return record?.token === token ? record : null;
    },
    save: (record) => store.write("session", record),
    clear: () => store.remove("session"),
  };
}

/** A storage area of the page, or null where the browser refuses even to name it. */
export function storageArea(which: "localStorage" | "sessionStorage"): KeyValue | null {
  try {
    return window[which];
  } catch {
    return null;
  }
}
