/** Which protocol codes are the end for this tab, and which only end a socket. */
import { CLOSE_CODES, type ErrorCode } from "../generated/protocol";

/** Trying again by itself would not help, or is not wanted: a person decides. */
const FINAL: ReadonlySet<string> = new Set<ErrorCode>([
  "malformed_frame",
  "frame_too_large",
  "hello_expected",
  "protocol_unsupported",
  "token_invalid",
  "token_expired",
  "token_not_yet_valid",
  "name_needed",
  "room_not_found",
  "room_full",
  "removed",
  "replaced",
  "left",
]);

/** "Not now": the first retry leaves the server some time. */
const PATIENT: ReadonlySet<string> = new Set<ErrorCode>([
  "shutting_down",
  "rate_limited",
  "too_many_errors",
  "server_full",
  "internal",
]);

const CODE_OF_CLOSE: ReadonlyMap<number, string> = new Map(
  Object.entries(CLOSE_CODES).map(([code, closeCode]) => [closeCode, code]),
);

/** The error code that a WebSocket close code stands for: for a socket whose last frame was lost. */
export function codeOfClose(closeCode: number): string | null {
  return CODE_OF_CLOSE.get(closeCode) ?? null;
}

export function isFinal(code: string): boolean {
  return FINAL.has(code);
}

export function asksForPatience(code: string | null): boolean {
  return code !== null && PATIENT.has(code);
}
