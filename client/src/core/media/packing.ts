/** Session descriptions for slow paths, packed (zlib, RFC 1950) as docs/protocol.md, "The early offer", has them. */

export async function pack(text: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await through(new TextEncoder().encode(text), new CompressionStream("deflate")));
}

/** Rejects when it is not packed text. */
export async function unpack(packed: Uint8Array): Promise<string> {
  const bytes = await through(new Uint8Array(packed), new DecompressionStream("deflate"));
  return new TextDecoder().decode(bytes);
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  { writable, readable }: CompressionStream | DecompressionStream,
): Promise<ArrayBuffer> {
  const writer = writable.getWriter();
  const written = writer.write(bytes).then(() => writer.close());
  const [result] = await Promise.all([new Response(readable).arrayBuffer(), written]);
  return result;
}
