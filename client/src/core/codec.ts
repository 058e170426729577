/**
 * Frames: typed messages to bytes and back (docs/protocol.md, "Frames"). The server is trusted to send well-typed payloads;
 * what is checked is the frame around them.
 */
import { decode, encode } from "@msgpack/msgpack";
import type { ErrorBody, SessionPush, ViewedEvent } from "../generated/protocol";

export type ServerFrame =
  | { readonly kind: "ok"; readonly ref: number; readonly result: unknown }
  | { readonly kind: "error"; readonly ref: number; readonly error: ErrorBody }
  | { readonly kind: "event"; readonly seq: number; readonly atMs: number; readonly event: ViewedEvent }
  | { readonly kind: "push"; readonly push: SessionPush };

/** The server sent something that is no frame: a fault of the network's middle or of the server. */
export class MalformedFrame extends Error {}

/** `[ref, type, payload]`. Fields that are undefined are left out. */
export function encodeRequest(ref: number, type: string, payload: object): Uint8Array<ArrayBuffer> {
  return encode([ref, type, payload], { ignoreUndefined: true });
}

export function decodeServerFrame(bytes: ArrayBuffer | Uint8Array): ServerFrame {
  let frame: unknown;
  try {
    frame = decode(bytes);
  } catch (error) {
    throw new MalformedFrame(String(error));
  }
  if (Array.isArray(frame)) {
    const [kind, first, second, third, fourth] = frame as unknown[];
    if (kind === "ok" && isCount(first)) return { kind, ref: first, result: second };
    if (kind === "error" && isCount(first) && isError(second)) return { kind, ref: first, error: second };
    if (kind === "event" && isCount(first) && isCount(second) && typeof third === "string" && isMap(fourth))
      return { kind, seq: first, atMs: second, event: { ...fourth, type: third } as ViewedEvent };
    if (kind === "push" && typeof first === "string" && isMap(second))
      return { kind, push: { ...second, type: first } as SessionPush };
  }
  throw new MalformedFrame("not a server's frame");
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isError(value: unknown): value is ErrorBody {
  return isMap(value) && typeof value["code"] === "string" && typeof value["detail"] === "string";
}
