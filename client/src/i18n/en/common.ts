/** English: common. */
export const common = {
  "app.name": "Momentum Classroom",
  "app.skip": "Skip to the pictures",
  "app.close": "Close",
  "app.cancel": "Cancel",
  "app.back": "Back",
  "language.switch": "Language",
  "title.unread": "({count}) {title}",

  // --- pages instead of the room ------------------------------------------------------------------------------
  "obstacle.insecure_origin.title": "This address is not secure",
  "obstacle.insecure_origin.text":
    "Browsers give the microphone and camera only to secure addresses. Open the link that begins with https://, or ask your trainer for it.",
  "obstacle.no_webrtc.title": "This browser cannot do live sound and pictures",
  "obstacle.no_webrtc.text":
    "Open your link in an up-to-date Firefox, Chrome, Edge or Safari. If you came from a message, choose “Open in browser”.",
  "obstacle.no_websocket.title": "This browser is too old",
  "obstacle.no_websocket.text": "Open your link in an up-to-date Firefox, Chrome, Edge or Safari.",
  "obstacle.no_token.title": "Your personal link is needed",
  "obstacle.no_token.text":
    "This address has no invitation in it. Open the whole link that you received, or ask your trainer to send it again.",

  // --- refusals: what just did not work, and why ----------------------------------------------------------------
  "error.unknown_message": "The classroom does not know this action. Reload the page.",
  "error.malformed_message": "The classroom did not understand. Reload the page and try again.",
  "error.rate_limited": "That was a little too fast. Wait a moment and try again.",
  "error.offer_malformed": "Sound and picture could not start. Reload the page.",
  "error.offer_unsupported": "Sound and picture do not work in this browser. Try Firefox or Chrome.",
  "error.media_unavailable": "Sound and picture are not available now. You can still use the chat.",
  "error.internal": "Something went wrong on our side. Try again.",
  "error.not_allowed": "Only trainers can do that.",
  "error.unknown_participant": "This person is no longer in the room.",
  "error.unknown_group": "This group no longer exists.",
  "error.room_full": "The room is full.",
  "error.removed": "This person was removed from the room.",
  "error.not_in_breakout": "You are not in a group now.",
  "error.breakouts_closed": "The groups are closed already.",
  "error.breakouts_bad_plan": "These groups cannot be made. Check the number of people and the names.",
  "error.screen_taken": "Somebody else is sharing their screen. Ask them to stop first.",
  "error.hand_not_raised": "This hand is down already.",
  "error.not_here": "This person is not here at the moment.",
  "error.empty_text": "Write something first.",
  "error.not_connected": "Not connected just now. Try again in a moment.",
  "error.connection_lost": "The connection was lost meanwhile. Try again.",
  "error.ref_too_old": "That came too late. Try again.",
  "error.timeout": "No answer came. Check your connection and try again.",
  "error.too_many_requests": "That was a little too fast. Wait a moment and try again.",
  "error.unknown": "That did not work. Try again.",
  "role.trainer": "Trainer",
  "role.co_trainer": "Co-trainer",
  "role.participant": "Participant",
  "role.observer": "Observer",
  "role.interpreter": "Interpreter",
  "role.captioner": "Captioner",

  "time.less_than_minute": "less than a minute",
} as const;
