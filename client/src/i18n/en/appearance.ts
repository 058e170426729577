/** English: how the interface looks. */
export const appearance = {
  "appearance.colours": "Colours",
  "appearance.system": "Like my device",
  "appearance.light": "Light",
  "appearance.dark": "Dark",
  "appearance.contrast_light": "High contrast, light",
  "appearance.contrast_dark": "High contrast, dark",
  "appearance.text_size": "Size of text and buttons",
  "appearance.less_motion": "Less motion",
  "appearance.less_motion_hint": "Always on if your device asks for it.",
  "appearance.open": "Display and reading",
} as const;
