/** A WebSocket as the session uses it; `browser.ts` has the real one. */

export interface SocketEvents {
  opened(): void;
  received(bytes: ArrayBuffer): void;
  closed(closeCode: number): void;
}

export interface Socket {
  send(bytes: Uint8Array<ArrayBuffer>): void;
  /** May be called more than once; `closed` need not follow. */
  close(): void;
}
