/** English: what is kept of people. */
export const privacy = {
  "privacy.open": "What is kept of me?",
  "privacy.title": "What is kept, and for how long",
  "privacy.loading": "One moment…",
  "privacy.failed": "This cannot be shown just now.",
  "privacy.media": "Your voice, your picture, your screen",
  "privacy.never": "Never recorded. They go to the people in the room, and that is all.",
  "privacy.captions": "Captions",
  "privacy.not_kept": "Not kept: they end with the meeting.",
  "privacy.chat": "What you write in the chat, and pictures in it",
  "privacy.happened": "Hands, answers, groups, and when you came and went",
  "privacy.notes": "Shared notes, the glossary and the agenda",
  "privacy.after": { one: "Deleted after {count} day.", other: "Deleted after {count} days." },
  "privacy.as_long_as_room": "Kept until somebody deletes the room.",
  "privacy.room_after": {
    one: "Kept as long as the room, which is deleted {count} day after its last use.",
    other: "Kept as long as the room, which is deleted {count} days after its last use.",
  },
  "privacy.device": "On this device",
  "privacy.device_text":
    "Your name, your settings and what you have not sent yet. Clearing this site’s data removes them.",
  "privacy.ask":
    "Trainers and those who run the workshop can see who was present when. To have something deleted earlier, ask your trainer.",
} as const;
