/**
 * Browser, system and kind of device, as coarsely as helps whoever runs the server: "Chrome 130; Android; phone". Told with the
 * hello; nothing here decides anything.
 */

/** The first that matches: browsers name those that they descend from, too. */
const BROWSERS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Edge", /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ["Opera", /\bOPR\/(\d+)/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:Headless)?Chrom(?:e|ium)\/(\d+)/],
  ["Chrome", /\bCriOS\/(\d+)/],
  ["Safari", /\bVersion\/(\d+).*\bSafari\//],
];
const SYSTEMS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["Android", /\bAndroid\b/],
  ["iOS", /\b(?:iPhone|iPad|iPod)\b/],
  ["ChromeOS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\bMac OS X\b/],
  ["Linux", /\bLinux\b/],
];

/** `touchPoints`: an iPad calls itself a Mac, but a Mac has none. */
export function describeBrowser(userAgent: string, touchPoints = 0): string {
  const browser = BROWSERS.find(([, pattern]) => pattern.test(userAgent));
  const version = browser ? ` ${browser[1].exec(userAgent)?.[1]}` : "";
  const named = SYSTEMS.find(([, pattern]) => pattern.test(userAgent))?.[0];
  const pad = named === "macOS" && touchPoints > 1;
  return [
    `${browser?.[0] ?? "other browser"}${version}`,
    pad ? "iOS" : (named ?? "other system"),
    pad ? "tablet" : deviceOf(userAgent),
  ].join("; ");
}

function deviceOf(userAgent: string): string {
  if (/\biPad\b|\bTablet\b|\bAndroid\b(?!.*\bMobi)/.test(userAgent)) return "tablet";
  return /\bMobi|\biPhone\b/.test(userAgent) ? "phone" : "computer";
}
