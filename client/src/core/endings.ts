/** Which protocol codes are the end for this tab, and which only end a socket. */
import { CLOSE_CODES, type ErrorCode } from "../generated/protocol";

/** Trying again by itself would not help, or is not wanted: a person decides. */
const FINAL: ReadonlySet<string> = new Set<ErrorCode>([
  "malformed_frame",
  "frame_too_large",
  "protocol_unsupported",
  "token_invalid",
  "token_expired",
  "token_not_yet_valid",
  "token_revoked",
  "name_needed",
  "room_not_found",
  "room_full",
  "room_locked",
  "not_admitted",
  "removed",
  "replaced",
  "left",
  "meeting_ended",
]);

/** "Not now": the first retry leaves the server some time. */
const PATIENT: ReadonlySet<string> = new Set<ErrorCode>([
  "shutting_down",
  "rate_limited",
  "too_many_errors",
  "server_full",
  "storage_unavailable",
  "internal",
]);

const CODE_OF_CLOSE: ReadonlyMap<number, string> = new Map(
  Object.entries(CLOSE_CODES).map(([code, closeCode]) => [closeCode, code]),
);

/** "Message too big" (RFC 6455 section 7.4.1): far too large a frame is cut off before the protocol sees it. */
const MESSAGE_TOO_BIG = 1009;

/** The error code that a WebSocket close code stands for: for a socket whose last frame was lost. */
export function codeOfClose(closeCode: number): string | null {
  if (closeCode === MESSAGE_TOO_BIG) return "frame_too_large";
  return CODE_OF_CLOSE.get(closeCode) ?? null;
}

export function isFinal(code: string): boolean {
  return FINAL.has(code);
}

export function asksForPatience(code: string | null): boolean {
  return code !== null && PATIENT.has(code);
}
