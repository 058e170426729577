import { describe, expect, it } from "vitest";
import { problemOf, screenProblemOf } from "../../../src/core/local/problems";

describe("problemOf", () => {
  it.each([
    ["NotAllowedError", "denied"],
    ["SecurityError", "denied"],
    ["NotFoundError", "missing"],
    ["OverconstrainedError", "missing"],
    ["NotReadableError", "busy"],
    ["AbortError", "busy"],
    ["NotSupportedError", "unsupported"],
    ["InvalidStateError", "failed"],
  ])("%s: %s", (name, problem) => {
    expect(problemOf(new DOMException("", name))).toBe(problem);
  });

  it("a browser that lacks the method, and anything thrown", () => {
    expect(problemOf(new TypeError("not a function"))).toBe("unsupported");
    expect(problemOf("?")).toBe("failed");
  });
});

it("closing the screen picker is a choice, a refusal by the system a problem", () => {
  expect(screenProblemOf(new DOMException("Permission denied", "NotAllowedError"))).toBeNull();
  expect(screenProblemOf(new DOMException("Permission denied by system", "NotAllowedError"))).toBe("denied");
  expect(screenProblemOf(new DOMException("", "NotReadableError"))).toBe("busy");
});
