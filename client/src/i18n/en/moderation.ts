/** English: rules of the room, the lobby, who is kept out, who runs the room. */
export const moderation = {
  // --- staff, in the people panel ---------------------------------------------------------------------------------
  "rules.title": "Room rules",
  "rules.unmute": "Participants may turn their microphone on",
  "rules.unmute_hint": "In groups they always may. Whoever you ask to speak may, too.",
  "rules.screen": "Participants may share their screen",
  "rules.chat": "Participants may write to everyone",
  "rules.chat_hint": "They can always write to the trainers and in their group.",
  "rules.lobby": "New people wait until let in",
  "rules.locked": "Lock: nobody new comes in",
  "rules.locked_hint": "Whoever has been here before can come back.",
  "rules.layout": "Layout for everyone",
  "rules.layout_own": "Each person chooses",
  "rules.layout_gallery": "All alike",
  "rules.layout_speaker": "Whoever speaks, large",
  "rules.layout_screen": "Shared screen, large",
  "rules.kept_out": "Removed from this room",
  "rules.readmit": "Let back in {name}",
  "rules.readmit_short": "Let back in",
  "lobby.title": "Waiting to come in",
  "lobby.admit": "Let in {name}",
  "lobby.admit_short": "Let in",
  "lobby.admit_all": "Let everyone in",
  "lobby.refuse": "Send {name} away",
  "lobby.waiting": "for {time}",
  "lobby.gone": "connection lost, place kept",
  "lobby.badge": { one: "{count} person waits to come in", other: "{count} people wait to come in" },
  "lobby.see": "See who is waiting",
  "people.make_co_trainer": "Make {name} a co-trainer",
  "people.make_participant": "Make {name} a participant again",
  "people.co_trainer_title": "Make {name} a co-trainer?",
  "people.co_trainer_text":
    "{name} can then do everything that you do here: mute and remove people, open groups, let people in.",
  "people.co_trainer_confirm": "Make co-trainer",

  // --- whoever waits ----------------------------------------------------------------------------------------------
  "waiting.title": "Your trainer will let you in",
  "waiting.text": "They know that you are here. Stay on this page: you will come in without doing anything.",
  "waiting.lost":
    "The connection is lost. Stay on this page: it tries again by itself, and your place is kept for a short while.",
  "waiting.since": "Waiting for {time}.",
  "waiting.leave": "Stop waiting",

  // --- notices ----------------------------------------------------------------------------------------------------
  "notice.screen_stopped": "{name} stopped your screen sharing.",
  "notice.microphones_closed": "Only those whom the trainer asks can turn their microphone on now.",
  "notice.microphones_open": "You may turn your microphone on again.",
  "notice.chat_closed": "Only the trainers can write to everyone now. You can still write to them.",
  "notice.chat_open": "You may write to everyone again.",
  "notice.lobby_waiting": "{name} is waiting to come in.",
  "notice.role_given": "{name} made you a co-trainer: you can now run the room.",
  "notice.role_taken": "{name} took the co-trainer’s role back. You are a participant again.",

  // --- refusals and endings ---------------------------------------------------------------------------------------
  "error.microphone_forbidden": "Microphones are off for now. Raise your hand, and the trainer will ask you.",
  "error.screen_forbidden": "Only trainers share their screen for now. Raise your hand to ask.",
  "error.chat_forbidden": "Only the trainers write to everyone for now. You can write to them privately.",
  "error.room_locked": "The room is locked.",
  "error.must_wait": "This person must wait in the lobby.",
  "error.not_waiting": "This person is no longer waiting: somebody else has decided, or they left.",
  "error.not_kept_out": "This person is let back in already.",
  "ended.room_locked.title": "The room is locked",
  "ended.room_locked.text": "Nobody new can come in now. Ask your trainer to unlock it, then try again.",
  "ended.not_admitted.title": "You were not let in",
  "ended.not_admitted.text":
    "The trainer did not let you in now. Check that this is your workshop; you can ask once more.",
} as const;
