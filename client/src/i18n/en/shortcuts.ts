/** English: keyboard shortcuts. */
export const shortcuts = {
  "shortcut.microphone": "Microphone on or off",
  "shortcut.talk": "Speak while you hold it (if you chose so)",
  "shortcut.camera": "Camera on or off",
  "shortcut.hand": "Raise or lower hand",
  "shortcut.panel": "Open or close: {panel}",
  "shortcut.help": "Show these shortcuts",
  "shortcuts.are_off": "Keyboard shortcuts are turned off.",
  "shortcuts.change_them": "Change shortcuts",
  "shortcuts.change": "Change",
  "shortcuts.change_one": "Change the keys for: {what}",
  "shortcuts.none": "no keys",
  "shortcuts.press": "Press the new keys",
  "shortcuts.press_hint": "Alt with a letter or digit works everywhere. Escape changes nothing.",
  "shortcuts.not_possible":
    "These keys belong to your browser or move around the page. Try Alt with a letter.",
  "shortcuts.one_key": "One key alone: the space bar, a letter, a digit, F8… Escape changes nothing.",
  "shortcuts.space": "Space bar",
  "shortcuts.taken": "{keys} is used already: {what}. Try other keys.",
  "shortcuts.remove": "Use no keys",
  "shortcuts.restore": "Restore the usual keys",
} as const;
