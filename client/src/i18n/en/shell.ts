/** English: the room's frame (panels, the menu behind "More"). */
export const shell = {
  "panel.loading": "One moment…",
  "panel.failed": "This could not be loaded. Check your connection.",
  "panel.again": "Try again",

  "toolbar.more": "More",
  "toolbar.more_new": { one: "{count} new", other: "{count} new" },
  "more.away": "I am away",
  "more.away_hint": "Your seat is kept; the others see that you are away.",
} as const;
