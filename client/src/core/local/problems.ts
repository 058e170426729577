/** What a failed getUserMedia or getDisplayMedia means for the person (Media Capture and Streams, section 10.2). */
import type { DeviceProblem } from "../api";

export function problemOf(error: unknown): DeviceProblem {
  switch (error instanceof Error || error instanceof DOMException ? error.name : "") {
    case "NotAllowedError":
    case "SecurityError":
      return "denied";
    case "NotFoundError":
    case "OverconstrainedError":
      return "missing";
    case "NotReadableError":
    case "AbortError":
      return "busy";
    case "NotSupportedError":
    case "TypeError":
      return "unsupported";
    default:
      return "failed";
  }
}

/** Closing the browser's picker is a choice, no problem: null. A refusal by the operating system is one. */
export function screenProblemOf(error: unknown): DeviceProblem | null {
  const problem = problemOf(error);
  const bySystem = error instanceof Error && /system/i.test(error.message);
  return problem === "denied" && !bySystem ? null : problem;
}
