import type { CaptionLine } from "../../generated/protocol";

/** As plain text, for a file. */
export function transcript(lines: readonly CaptionLine[], timeOf: (atMs: number) => string): string {
  return lines.map(({ at_ms, name, text }) => `${timeOf(at_ms)} ${name}: ${text}\n`).join("");
}
