/** English: the room's frame (panels, the menu behind "More"). */
export const shell = {
  "panel.loading": "One moment…",
  "panel.failed": "This could not be loaded. Check your connection.",
  "panel.again": "Try again",

  "layout.title": "Layout",
  "layout.auto": "Automatic",
  "layout.auto_hint": "Everybody alike; a shared screen is large.",
  "layout.gallery": "Gallery",
  "layout.gallery_hint": "Everybody alike, always.",
  "layout.speaker": "Speaker",
  "layout.speaker_hint": "Whoever speaks is large.",
  "layout.screen": "Screen and faces",
  "layout.screen_hint": "The screen as large as possible, with a few faces.",
  "layout.by_trainer": "Chosen by your trainer for everyone.",
  "layout.hide_self": "Hide my own picture",
  "layout.hide_self_hint": "The others still see you.",
  "layout.hide_others": "Hide the others’ pictures",
  "layout.hide_others_hint": "Costs no data. Shared screens stay.",
  "tile.pin": "Keep {name} large",
  "tile.unpin": "No longer keep {name} large",

  "toolbar.more": "More",
  "toolbar.more_new": { one: "{count} new", other: "{count} new" },
  "more.away": "I am away",
  "more.away_hint": "Your seat is kept; the others see that you are away.",
} as const;
