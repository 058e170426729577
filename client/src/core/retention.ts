/** How long the server that this page came from keeps what people write and do. */

export interface Retention {
  /** Days; null: as long as the room. */
  readonly history_days: number | null;
  /** Days after the room was last used; null: for ever. */
  readonly room_days: number | null;
}

export async function readRetention(origin: string): Promise<Retention> {
  const reply = await fetch(new URL("/api/retention", origin), { credentials: "omit" });
  if (!reply.ok) throw new Error(`retention: ${reply.status}`);
  return (await reply.json()) as Retention;
}
