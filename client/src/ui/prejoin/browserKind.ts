/** Which browser's questions the person is going to see: each asks in other words, at another place. */

export type BrowserKind = "chrome" | "edge" | "firefox" | "safari" | "android" | "ios";

type UserAgent = Pick<Navigator, "userAgent" | "maxTouchPoints">;

/** Told by the user agent, since only pictures and words depend on it; what is unknown looks most like Chrome. */
export function browserKind({ userAgent, maxTouchPoints }: UserAgent): BrowserKind {
  const is = (pattern: RegExp) => pattern.test(userAgent);
  // Every browser on an iPhone or iPad is Safari inside; the iPad says that it is a Mac, one that can be touched.
  if (is(/iPhone|iPad|iPod/) || (is(/Macintosh/) && maxTouchPoints > 1)) return "ios";
  if (is(/Android/)) return "android";
  if (is(/Firefox\//)) return "firefox";
  if (is(/Edg\//)) return "edge";
  if (is(/Safari\//) && !is(/Chrom(e|ium)\//)) return "safari";
  return "chrome";
}
