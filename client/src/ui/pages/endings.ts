/** What a person can do when the session is over, by its code. */

export type NextStep =
  | "again" // load the page anew and try once more
  | "here" // take the seat back to this tab
  | "none"; // only a new link, or another day, helps

const STEPS: Readonly<Record<string, NextStep>> = {
  token_invalid: "none",
  token_expired: "none",
  token_not_yet_valid: "again",
  token_revoked: "none",
  room_not_found: "none",
  removed: "none",
  replaced: "here",
};

export function nextStep(code: string): NextStep {
  return STEPS[code] ?? "again";
}

/** Not the person's doing and not a matter of waiting: the helpdesk will ask for the code. */
const PUZZLING: ReadonlySet<string> = new Set([
  "malformed_frame",
  "frame_too_large",
  "hello_expected",
  "too_many_errors",
  "internal",
]);

export function showsCode(code: string, known: boolean): boolean {
  return !known || PUZZLING.has(code);
}
