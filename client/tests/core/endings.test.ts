import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { codeOfClose, isFinal } from "../../src/core/endings";

const protocol = readFileSync(join(import.meta.dirname, "../../../docs/protocol.md"), "utf8");
/** | `code` | 4400 | meaning | what a client does then | */
const rows = [...protocol.matchAll(/^\| `(\w+)` \| (4\d{3}) \| .* \| ([^|]+) \|$/gm)].map((row) => ({
  code: row[1] ?? "",
  closeCode: Number(row[2]),
  advice: row[3] ?? "",
}));

describe("the ends of a connection, as docs/protocol.md has them", () => {
  it.each(rows)("$code ($closeCode): $advice", ({ code, closeCode, advice }) => {
    expect(codeOfClose(closeCode)).toBe(code);
    expect(isFinal(code)).toBe(!/resume|later/.test(advice));
  });

  it("were found", () => {
    expect(rows.length).toBeGreaterThan(15);
  });

  it("a frame that was cut off was too large", () => {
    expect(codeOfClose(1009)).toBe("frame_too_large");
  });

  it("a socket that was just lost is nobody's fault", () => {
    expect(codeOfClose(1006)).toBeNull();
  });
});
