/**
 * The wire's messages and constants. Generated from the Python structs by `python -m classroom.typescript`; do not edit.
 * Prose: docs/protocol.md.
 */

export const PROTOCOL_VERSION = 1 as const;

export const MAX_FRAME_BYTES = 65536 as const;

export const SILENCE_FACTOR = 2.5 as const;

export const ROOM_NOTE = "room" as const;

export const MAX_UPDATE_BYTES = 49152 as const;

export const CAPTION_CHARS = 400 as const;

export const CHAT_CHANGE_MS = 900000 as const;

export const MAX_MENTIONS = 20 as const;

export const MAX_IMAGES = 4 as const;

export const MAX_ALT_CHARS = 300 as const;

export const CLOSE_CODES = {
  malformed_frame: 4400,
  token_invalid: 4401,
  token_expired: 4402,
  token_not_yet_valid: 4403,
  room_not_found: 4404,
  name_needed: 4405,
  hello_expected: 4406,
  protocol_unsupported: 4407,
  heartbeat_missed: 4408,
  replaced: 4409,
  removed: 4410,
  left: 4411,
  token_revoked: 4412,
  frame_too_large: 4413,
  too_many_errors: 4429,
  room_full: 4430,
  outbox_full: 4431,
  server_full: 4432,
  room_locked: 4433,
  not_admitted: 4434,
  meeting_ended: 4435,
  internal: 4500,
  shutting_down: 4503,
  storage_unavailable: 4507,
  moved: 4508,
} as const;

export type Role = "trainer" | "co_trainer" | "participant" | "observer" | "interpreter" | "captioner";

/**
 * joined: here. away: the seat is kept, the person stepped out (connected) or dropped (not connected). gone:
 * no seat.
 */
export type Presence = "joined" | "away" | "gone";

export type Channel = "room" | "breakout" | "trainers";

export type BreakoutMode = "random" | "manual" | "pairs";

/** What happens to the odd person when pairs are made: one trio, or the trainer is the partner. */
export type OddRule = "trio" | "trainer";

/** What a participant publishes. The relay forwards nothing whose flag is off. */
export interface MediaFlags {
  readonly microphone: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
}

/**
 * One seat. `id` is stable for a person across sessions, days, browsers (it comes from the invitation).
 */
export interface Participant {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly presence: Presence;
  readonly connected: boolean;
  readonly joined_at_ms: number;
  readonly presence_at_ms: number;
  readonly media: MediaFlags;
  /** Id of the breakout group the person is in (member or visitor), None in the main room. */
  readonly breakout: string | null;
  /** True for staff who visit a group without being a member of it. */
  readonly visiting: boolean;
}

export interface Hand {
  readonly participant_id: string;
  readonly raised_at_ms: number;
  /** When they had had their say with the hand up: they are asked whether they still need it. */
  readonly spoken_at_ms: number | null;
}

/** Whose turn to speak it is. */
export interface Floor {
  readonly participant_id: string;
  readonly by: string;
  readonly given_at_ms: number;
}

export type ImageType = "image/png" | "image/jpeg" | "image/webp";

/** A picture in the chat: what is known of it; its bytes are kept beside the room, under `id`. */
export interface ChatImage {
  /** Random: nobody guesses one. */
  readonly id: string;
  readonly media_type: ImageType;
  readonly width: number;
  readonly height: number;
  readonly size_bytes: number;
  /** What the sender says it shows, for those who do not see it. */
  readonly alt: string;
}

/** `id` is the `seq` of the event that posted it. The sender's name is kept: messages outlive seats. */
export interface ChatMessage {
  readonly id: number;
  readonly sender_id: string;
  readonly sender_name: string;
  readonly channel: Channel;
  readonly text: string;
  readonly at_ms: number;
  /** For channel "breakout": the group it was said in. */
  readonly breakout: string | null;
  /** For channel "trainers": the participant whose private thread with the trainers this belongs to. */
  readonly to: string | null;
  /** True for a trainer's message to everybody, shown over whatever people do. */
  readonly broadcast: boolean;
  /** The message that is answered: of the same conversation; it may have left the history since. */
  readonly reply_to: number | null;
  /** Ids of the people whom the text calls by name; all of them read it. */
  readonly mentions: readonly string[];
  readonly images: readonly ChatImage[];
  readonly edited_at_ms: number | null;
  /** Who deleted it. Text, images and mentions are then gone; its place stays. */
  readonly deleted_by: string | null;
}

/** A call for help: a group's (seen by staff and by the group) or a person's own (by staff and them). */
export interface Help {
  readonly participant_id: string;
  readonly called_at_ms: number;
  /** The person said so in a check-in; saying something else takes the call back. */
  readonly stuck: boolean;
  /** The trainer who said "I am coming". */
  readonly coming: string | null;
}

export interface Group {
  /** Unique in the room's whole life: messages outlive the group they were said in. */
  readonly id: string;
  /**
   * As the trainer typed it. Groups that the server makes are named "1", "2", …: interfaces add their word.
   */
  readonly name: string;
  /** Ids of the people assigned, present or not; visitors are not members. */
  readonly members: readonly string[];
  readonly help: Help | null;
}

/** One opened round of breakouts. */
export interface Breakouts {
  /** 1 for the first round of the room, then 2, 3, … */
  readonly round: number;
  readonly mode: BreakoutMode;
  readonly groups: readonly Group[];
  readonly instruction: string;
  readonly opened_at_ms: number;
  /** When everybody returns by itself; None: until a trainer closes. */
  readonly ends_at_ms: number | null;
  readonly odd: OddRule;
}

/** A word of the trade, explained by a trainer. */
export interface GlossaryTerm {
  /** Unique in the room's whole life. */
  readonly id: string;
  readonly term: string;
  readonly meaning: string;
}

/** Pairs of people, by id, for groups that the server makes. */
export interface Constraints {
  readonly apart: readonly (readonly string[])[];
  readonly together: readonly (readonly string[])[];
}

export interface SavedGroup {
  readonly name: string;
  readonly members: readonly string[];
}

/** Groups that staff keep for another day. */
export interface GroupSet {
  readonly name: string;
  readonly mode: BreakoutMode;
  readonly groups: readonly SavedGroup[];
  readonly saved_at_ms: number;
}

/** Somebody is alone in their group, and may go to another one. */
export interface CompanyOffer {
  readonly participant_id: string;
  readonly group: string;
  readonly at_ms: number;
}

/** What staff allow the participants (`rooms.rules` says what each means), and who may come in. */
export interface Rules {
  /** Participants may turn their microphone on in the main room. */
  readonly unmute: boolean;
  /** Participants may share their screen. */
  readonly screen: boolean;
  /** Participants may write to the whole room. */
  readonly chat: boolean;
  /** Nobody comes in who has not been here before. */
  readonly locked: boolean;
  /** Whoever has not been here before waits until staff admit them. */
  readonly lobby: boolean;
}

/** How a trainer arranges everybody's pictures: all alike, whoever speaks large, a shared screen large. */
export type RoomLayout = "gallery" | "speaker" | "screen";

/** Somebody in the lobby. They see nothing of the room, and hold no seat. */
export interface Waiting {
  readonly participant_id: string;
  readonly name: string;
  readonly role: Role;
  readonly since_at_ms: number;
  /** Since when their connection is lost; they keep their rank for a short while. None: they are there. */
  readonly gone_at_ms: number | null;
}

/** Somebody who was removed: their seat is refused until staff let them back in. */
export interface KeptOut {
  readonly participant_id: string;
  readonly name: string;
  readonly at_ms: number;
}

/** What one viewer sees of a room at `seq`. Snapshot + later events (as viewed) = later snapshot. */
export interface Snapshot {
  readonly room_id: string;
  readonly name: string;
  readonly seq: number;
  readonly you: string;
  /** In the order of joining. Those who are gone are not listed. */
  readonly participants: readonly Participant[];
  /** The queue: first raised, first listed. */
  readonly hands: readonly Hand[];
  /** The messages this viewer may read, oldest first, bounded. */
  readonly chat: readonly ChatMessage[];
  readonly spotlight: string | null;
  /** The trainer who is heard in every breakout at once. */
  readonly voice_broadcast: string | null;
  readonly breakouts: Breakouts | null;
  readonly floor: Floor | null;
  /** People's own calls for help, oldest first: all for staff, else only the viewer's. */
  readonly help: readonly Help[];
  /** With those answers that the viewer may see. */
  readonly checkin: Checkin | null;
  readonly agenda: readonly AgendaItem[];
  readonly timer: Timer | null;
  /** In the order in which they were first explained. */
  readonly glossary: readonly GlossaryTerm[];
  readonly rules: Rules;
  /** The layout that a trainer has set for everybody; None: each person chooses. */
  readonly layout: RoomLayout | null;
  /** Staff only: who waits to be let in, first come first. */
  readonly lobby: readonly Waiting[];
  /** Staff only: who was removed, the latest last. */
  readonly kept_out: readonly KeptOut[];
  /** The groups as they were when they were last closed: "the same again". */
  readonly last_round: Breakouts | null;
  /** Who is alone and may go where: all for staff, else the viewer's own. */
  readonly offers: readonly CompanyOffer[];
  /** Staff only. */
  readonly constraints: Constraints;
  /** Staff only: in the order of saving. */
  readonly group_sets: readonly GroupSet[];
}

/**
 * Ready-made: pace (too fast, fine, too slow), progress (done, stuck), yes_no, scale (1 to 5). question: the
 * choices are typed by the trainer.
 */
export type CheckinKind = "pace" | "progress" | "yes_no" | "scale" | "question";

/** `choice` is an index into the check-in's choices. The name is kept: answers outlive seats. */
export interface CheckinAnswer {
  readonly participant_id: string;
  readonly name: string;
  readonly choice: number;
}

/** The room's one check-in: open, or closed with its results still there. */
export interface Checkin {
  /** The `seq` of the event that opened it. */
  readonly id: number;
  readonly kind: CheckinKind;
  /** May be empty for the ready-made kinds, whose choices speak for themselves. */
  readonly question: string;
  readonly choices: readonly string[];
  readonly opened_at_ms: number;
  readonly open: boolean;
  /** In the order of first answering. Staff see all; everybody else their own alone. */
  readonly answers: readonly CheckinAnswer[];
  /** How many chose each choice, once staff show it to all; None: not shown. */
  readonly counts: readonly number[] | null;
}

export interface AgendaItem {
  /** Unique in the room's whole life. */
  readonly id: number;
  readonly title: string;
  readonly minutes: number;
  readonly is_break: boolean;
  /** When its timer was last started; None: it was not yet. */
  readonly started_at_ms: number | null;
}

/** What runs now, on everybody's screen. It goes on past its end until a trainer ends it. */
export interface Timer {
  /** The agenda's item; None: a break (or a span of time) outside the agenda. */
  readonly item: number | null;
  readonly title: string;
  readonly is_break: boolean;
  readonly started_at_ms: number;
  readonly ends_at_ms: number;
}

/** Leave for good: the seat is given up. */
export interface Leave {
  readonly type: "leave";
}

/** Say "I am away" or "I am back". */
export interface SetPresence {
  readonly type: "presence.set";
  readonly away: boolean;
}

/** Turn one's own microphone, camera or screen share on or off; None leaves as is. */
export interface SetMedia {
  readonly type: "media.set";
  readonly microphone?: boolean | null;
  readonly camera?: boolean | null;
  readonly screen?: boolean | null;
}

/** Staff: turn somebody's microphone off. There is no command that turns one on. */
export interface MuteMicrophone {
  readonly type: "microphone.mute";
  /** 1 to 64 characters. */
  readonly participant_id: string;
}

/** Staff: turn off every microphone but the staff's own. */
export interface MuteAll {
  readonly type: "microphone.mute_all";
}

/** Staff: ask somebody to turn their microphone on. */
export interface AskUnmute {
  readonly type: "microphone.ask";
  /** 1 to 64 characters. */
  readonly participant_id: string;
}

export interface RaiseHand {
  readonly type: "hand.raise";
}

/** Lower one's own hand, or (staff) somebody's. */
export interface LowerHand {
  readonly type: "hand.lower";
  /** 1 to 64 characters. */
  readonly participant_id?: string | null;
}

export interface LowerAllHands {
  readonly type: "hand.lower_all";
}

export interface SetSpotlight {
  readonly type: "spotlight.set";
  /** 1 to 64 characters. */
  readonly participant_id: string | null;
}

/** Staff: take somebody out of the room; their seat is refused from then on. */
export interface RemoveParticipant {
  readonly type: "participant.remove";
  /** 1 to 64 characters. */
  readonly participant_id: string;
}

/**
 * How to divide the room.
 *
 * `groups` for "manual"; one of `group_count` and `group_size` for "random"; `odd` for "pairs".
 */
export interface BreakoutPlan {
  readonly mode: BreakoutMode;
  /** At most 50 items. */
  readonly groups?: readonly GroupSpec[];
  /** 1 to 50. */
  readonly group_count?: number | null;
  /** 2 to 50. */
  readonly group_size?: number | null;
  readonly odd?: OddRule;
}

/**
 * Staff: what groups this plan would make now. Changes nothing; the reply's `groups` can be opened as
 * "manual" (pairs that were previewed keep mode "pairs" by passing them in `groups`).
 */
export interface PreviewBreakouts {
  readonly type: "breakouts.preview";
  readonly plan: BreakoutPlan;
}

/** Staff: open a round. A plan of mode "pairs" or "random" with `groups` given opens just those groups. */
export interface OpenBreakouts {
  readonly type: "breakouts.open";
  readonly plan: BreakoutPlan;
  /** At most 500 characters. */
  readonly instruction?: string;
  /** 10 to 28800. */
  readonly duration_s?: number | null;
}

/**
 * Staff: next round. Pairs: nobody meets the same person again while that is possible. Random: shuffled anew
 * into as many groups. The timer restarts; without `duration_s` with the length the last round had at first.
 */
export interface RotateBreakouts {
  readonly type: "breakouts.rotate";
  /** 10 to 28800. */
  readonly duration_s?: number | null;
}

/** Staff: put somebody into another group, or back into the main room (None). */
export interface MoveParticipant {
  readonly type: "breakouts.move";
  /** 1 to 64 characters. */
  readonly participant_id: string;
  /** 1 to 64 characters. */
  readonly group: string | null;
}

/** Staff: go into a group (announced to it), or back to the main room (None). */
export interface VisitBreakout {
  readonly type: "breakouts.visit";
  /** 1 to 64 characters. */
  readonly group: string | null;
}

/** Staff: more time, added to what remains; starts a timer of this length where none runs. */
export interface ExtendBreakouts {
  readonly type: "breakouts.extend";
  /** 10 to 28800. */
  readonly duration_s: number;
}

export interface InstructBreakouts {
  readonly type: "breakouts.instruct";
  /** At most 500 characters. */
  readonly instruction: string;
}

/** Staff: a message on every screen, whatever group it is in. */
export interface BroadcastText {
  readonly type: "breakouts.broadcast";
  /** 1 to 4000 characters. */
  readonly text: string;
}

/** Staff: be heard in every group at once, or stop. */
export interface BroadcastVoice {
  readonly type: "breakouts.speak";
  readonly on: boolean;
}

/** Staff: bring everybody back, now or after so many seconds. */
export interface CloseBreakouts {
  readonly type: "breakouts.close";
  /** 0 to 600. */
  readonly after_s?: number;
}

/** Every code with which a room refuses a command (see `rooms.errors.Refused`). */
export type Refusal =
  | "not_allowed"
  | "unknown_participant"
  | "unknown_group"
  | "room_full"
  | "removed"
  | "not_in_breakout"
  | "breakouts_closed"
  | "breakouts_bad_plan"
  | "screen_taken"
  | "hand_not_raised"
  | "not_here"
  | "empty_text"
  | "help_not_called"
  | "checkin_open"
  | "checkin_closed"
  | "checkin_bad_choices"
  | "agenda_full"
  | "agenda_unknown_item"
  | "timer_off"
  | "unknown_term"
  | "term_taken"
  | "glossary_full"
  | "note_bad_update"
  | "note_full"
  | "note_not_open"
  | "too_many_notes"
  | "microphone_forbidden"
  | "screen_forbidden"
  | "chat_forbidden"
  | "room_locked"
  | "must_wait"
  | "not_waiting"
  | "not_kept_out"
  | "message_gone"
  | "too_late"
  | "image_gone"
  | "images_full"
  | "apart_impossible"
  | "too_many_sets"
  | "unknown_set"
  | "offer_over"
  | "revoked"
  | "too_many_revoked";

/**
 * Staff: ask all participants, wherever they are. `choices` (two or more, all different) for kind "question"
 * alone, which also needs its `question`. One at a time: a closed one gives way, an open one does not.
 */
export interface OpenCheckin {
  readonly type: "checkin.open";
  readonly kind: CheckinKind;
  /** At most 300 characters. */
  readonly question?: string;
  /** At most 8 items. */
  readonly choices?: readonly string[];
}

/** Answer, or change one's answer, while it is open. "stuck" also calls for help, privately. */
export interface AnswerCheckin {
  readonly type: "checkin.answer";
  /** At least 1. */
  readonly checkin: number;
  /** 0 to 7. */
  readonly choice: number;
}

/** Staff: no more answers; the results stay. */
export interface CloseCheckin {
  readonly type: "checkin.close";
}

/** Staff: everybody sees how many chose what (never who), or no longer. */
export interface ShowCheckin {
  readonly type: "checkin.show";
  readonly on: boolean;
}

/** Staff: take the check-in and its results off every screen, for good. */
export interface ClearCheckin {
  readonly type: "checkin.clear";
}

/** Staff: one more line at the end. A break's title may be empty. */
export interface AddAgendaItem {
  readonly type: "agenda.add";
  /** At most 120 characters. */
  readonly title: string;
  /** 1 to 480. */
  readonly minutes: number;
  readonly is_break?: boolean;
}

/** Staff: say a line anew. What runs keeps its time. */
export interface ChangeAgendaItem {
  readonly type: "agenda.change";
  /** At least 1. */
  readonly item: number;
  /** At most 120 characters. */
  readonly title: string;
  /** 1 to 480. */
  readonly minutes: number;
  readonly is_break?: boolean;
}

/** Staff: put a line to this place, from 0; beyond the end: last. */
export interface MoveAgendaItem {
  readonly type: "agenda.move";
  /** At least 1. */
  readonly item: number;
  /** 0 to 1000. */
  readonly to: number;
}

/** Staff: what runs goes on without its line. */
export interface RemoveAgendaItem {
  readonly type: "agenda.remove";
  /** At least 1. */
  readonly item: number;
}

/** Staff: start the timer of a line, in place of whatever runs. What runs already goes on. */
export interface StartAgendaItem {
  readonly type: "agenda.start";
  /** At least 1. */
  readonly item: number;
}

/** Staff: a break now, outside the agenda, in place of whatever runs. */
export interface StartBreak {
  readonly type: "agenda.break";
  /** 1 to 480. */
  readonly minutes: number;
}

/** Staff: more time, added to what remains. */
export interface ExtendTimer {
  readonly type: "agenda.extend";
  /** 1 to 480. */
  readonly minutes: number;
}

/** Staff: the break, or the line, is over. */
export interface EndTimer {
  readonly type: "agenda.end";
}

export interface GroupSpec {
  /** 1 to 60 characters. */
  readonly name: string;
  /** At most 100 items. */
  readonly members: readonly string[];
}

/** An image that the sender has uploaded and not posted yet. */
export interface ImageToPost {
  /** 1 to 64 characters. */
  readonly id: string;
  /** At most 300 characters. */
  readonly alt?: string;
}

/**
 * Say something in the room, in one's breakout, or privately with the trainers.
 *
 * `to` is for staff in channel "trainers": whose private thread is answered (None: a word among staff).
 * Others' messages in that channel go to their own thread. `reply_to`: a message of the same conversation.
 * `mentions`: whom the text calls by name; those who will not read it are left out.
 */
export interface PostChat {
  readonly type: "chat.post";
  readonly channel: Channel;
  /** At most 4000 characters. */
  readonly text: string;
  /** 1 to 64 characters. */
  readonly to?: string | null;
  /** At least 1. */
  readonly reply_to?: number | null;
  /** At most 20 items. */
  readonly mentions?: readonly string[];
  /** At most 4 items. */
  readonly images?: readonly ImageToPost[];
}

/** Change the text of one's own message, for a while after it was said (`Limits.chat_change_ms`). */
export interface EditChat {
  readonly type: "chat.edit";
  /** At least 1. */
  readonly message_id: number;
  /** At most 4000 characters. */
  readonly text: string;
  /** At most 20 items. */
  readonly mentions?: readonly string[];
}

/** Take a message back: one's own for a while, as with `EditChat`; staff any that they read, always. */
export interface DeleteChat {
  readonly type: "chat.delete";
  /** At least 1. */
  readonly message_id: number;
}

/** Staff: explain a term; with the `id` of one that is there: change it. */
export interface SetTerm {
  readonly type: "glossary.set";
  /** 1 to 60 characters. */
  readonly term: string;
  /** 1 to 600 characters. */
  readonly meaning: string;
  /** 1 to 64 characters. */
  readonly id?: string | null;
}

/** Staff: take a term out. */
export interface RemoveTerm {
  readonly type: "glossary.remove";
  /** 1 to 64 characters. */
  readonly id: string;
}

/** Staff: who is to be kept apart, and who together, in groups that the server makes; all of both. */
export interface SetConstraints {
  readonly type: "breakouts.constrain";
  /** At most 100 items. */
  readonly apart: readonly (readonly string[])[];
  /** At most 100 items. */
  readonly together: readonly (readonly string[])[];
}

/** Staff: keep these groups under a name, for another day; one of this name is replaced. */
export interface SaveGroups {
  readonly type: "breakouts.save";
  /** 1 to 60 characters. */
  readonly name: string;
  readonly mode: BreakoutMode;
  /** 1 to 50 items. */
  readonly groups: readonly GroupSpec[];
}

export interface ForgetGroups {
  readonly type: "breakouts.forget";
  /** 1 to 60 characters. */
  readonly name: string;
}

/** Whoever is alone in a group goes to the one that was offered to them. */
export interface AcceptOffer {
  readonly type: "breakouts.accept";
}

/** The roles that a trainer gives in the room; all others come with invitations. */
export type GivenRole = "co_trainer" | "participant";

/**
 * Staff: change some of the room's rules; None leaves as is. Forbidding screens ends those that participants
 * share; no longer having a lobby admits everybody in it.
 */
export interface SetRules {
  readonly type: "rules.set";
  readonly unmute?: boolean | null;
  readonly screen?: boolean | null;
  readonly chat?: boolean | null;
  readonly locked?: boolean | null;
  readonly lobby?: boolean | null;
}

/** Staff: arrange everybody's pictures, or (None) leave it to each person. */
export interface SetLayout {
  readonly type: "layout.set";
  readonly layout: RoomLayout | null;
}

/** Staff: let somebody in, or (None) everybody who waits. */
export interface AdmitFromLobby {
  readonly type: "lobby.admit";
  /** 1 to 64 characters. */
  readonly participant_id: string | null;
}

/** Staff: send somebody away from the lobby. They may ask again. */
export interface RefuseFromLobby {
  readonly type: "lobby.refuse";
  /** 1 to 64 characters. */
  readonly participant_id: string;
}

/** Staff: somebody who was removed may come back in. */
export interface ReadmitParticipant {
  readonly type: "participant.readmit";
  /** 1 to 64 characters. */
  readonly participant_id: string;
}

/** Trainers: make a participant a co-trainer, or take it back. It holds when the person comes again. */
export interface SetRole {
  readonly type: "participant.set_role";
  /** 1 to 64 characters. */
  readonly participant_id: string;
  readonly role: GivenRole;
}

/** After speaking: my hand stays up, where it is in the queue. */
export interface KeepHand {
  readonly type: "hand.keep";
}

/** Staff: this person's turn to speak, in place of whoever had it. Nothing is unmuted. */
export interface GiveFloor {
  readonly type: "floor.give";
  /** 1 to 64 characters. */
  readonly participant_id: string;
}

/** Whoever has the floor, or staff: the turn is over. A raised hand goes down with it. */
export interface EndFloor {
  readonly type: "floor.end";
}

/** Ask the trainers to come: a member of a group for the group, anybody else for themselves, privately. */
export interface CallHelp {
  readonly type: "help.call";
}

/** Staff: "I am coming", to a group or to a person; exactly one of both. */
export interface PromiseHelp {
  readonly type: "help.promise";
  /** 1 to 64 characters. */
  readonly group?: string | null;
  /** 1 to 64 characters. */
  readonly participant_id?: string | null;
}

/**
 * Take a call back, or (staff) say that it is answered: a person's own one by `participant_id`, else a
 * group's (None: one's own group's).
 */
export interface EndHelp {
  readonly type: "help.end";
  /** 1 to 64 characters. */
  readonly group?: string | null;
  /** 1 to 64 characters. */
  readonly participant_id?: string | null;
}

/** Always the first event (seq 1). */
export interface RoomCreated {
  readonly type: "room.created";
  readonly room_id: string;
  readonly name: string;
  /** How many seats at most, those kept for people who dropped included. */
  readonly capacity: number;
}

/** A seat was taken (or taken up again by a new session: then it replaces the record with this id). */
export interface ParticipantJoined {
  readonly type: "participant.joined";
  readonly participant: Participant;
}

export interface PresenceChanged {
  readonly type: "participant.presence";
  readonly participant_id: string;
  readonly presence: Presence;
  readonly connected: boolean;
  readonly at_ms: number;
}

/** The seat is gone: with it the hand, the spotlight, the place in a breakout, the voice broadcast. */
export interface ParticipantLeft {
  readonly type: "participant.left";
  readonly participant_id: string;
  readonly reason: "ended" | "expired" | "left" | "removed" | "revoked";
}

export interface MediaChanged {
  readonly type: "media.changed";
  readonly participant_id: string;
  readonly media: MediaFlags;
  /** Who did it: the person, or the trainer who muted. */
  readonly by: string;
}

/** Seen by the person asked and by staff; changes nothing by itself. */
export interface UnmuteAsked {
  readonly type: "microphone.asked";
  readonly participant_id: string;
  readonly by: string;
}

export interface HandRaised {
  readonly type: "hand.raised";
  readonly participant_id: string;
  readonly at_ms: number;
}

export interface HandsLowered {
  readonly type: "hand.lowered";
  readonly participant_ids: readonly string[];
  readonly by: string;
}

export interface SpotlightChanged {
  readonly type: "spotlight.changed";
  readonly participant_id: string | null;
  readonly by: string;
}

/** Everybody named in a group is in it from now on; everybody else is in the main room. */
export interface BreakoutsOpened {
  readonly type: "breakouts.opened";
  readonly breakouts: Breakouts;
  readonly by: string;
}

/** New instruction or end of the running round. */
export interface BreakoutsChanged {
  readonly type: "breakouts.changed";
  readonly instruction: string;
  readonly ends_at_ms: number | null;
  readonly by: string;
}

/** Everybody is back in the main room. `by` None: the time was over. */
export interface BreakoutsClosed {
  readonly type: "breakouts.closed";
  readonly by: string | null;
}

/** Somebody changed place. A member who moves leaves the old group's `members`; a visitor enters none. */
export interface ParticipantMoved {
  readonly type: "breakouts.moved";
  readonly participant_id: string;
  readonly group: string | null;
  readonly visiting: boolean;
  readonly by: string;
  /** The open call of the group entered. Shown only to the one who moves; staff know every call already. */
  readonly help: Help | null;
}

export interface VoiceBroadcastChanged {
  readonly type: "breakouts.voice";
  readonly participant_id: string | null;
}

/**
 * Stands for an event that the viewer may not see: only its `seq` is told. Never journaled.
 *
 * `evicted`: a message that the viewer may not read still pushes old ones out of the bounded history; these
 * are their ids, seen or not, so that what the viewer keeps stays the same as a fresh snapshot.
 */
export interface Hidden {
  readonly type: "hidden";
  readonly evicted: readonly number[];
}

export interface CheckinOpened {
  readonly type: "checkin.opened";
  readonly checkin: Checkin;
  readonly by: string;
}

/**
 * Seen whole by staff and by who answered; by others only while the counts are shown, and then without who
 * and what.
 */
export interface CheckinAnswered {
  readonly type: "checkin.answered";
  readonly participant_id: string | null;
  readonly name: string;
  readonly choice: number | null;
  /** After this answer; None: they are not shown. */
  readonly counts: readonly number[] | null;
}

export interface CheckinClosed {
  readonly type: "checkin.closed";
  readonly by: string;
}

/** `counts` None: shown no longer. */
export interface CheckinShown {
  readonly type: "checkin.shown";
  readonly counts: readonly number[] | null;
  readonly by: string;
}

export interface CheckinCleared {
  readonly type: "checkin.cleared";
  readonly by: string;
}

/** The whole agenda, after a line was added, said anew, moved or removed. */
export interface AgendaChanged {
  readonly type: "agenda.changed";
  readonly items: readonly AgendaItem[];
  readonly by: string;
}

/** None: nothing runs any more. */
export interface TimerChanged {
  readonly type: "agenda.timer";
  readonly timer: Timer | null;
  readonly by: string;
}

/** As `RoomCreated` tells it, from now on. */
export interface RoomChanged {
  readonly type: "room.changed";
  readonly name: string;
  readonly capacity: number;
}

/**
 * `evicted`: ids of messages that leave the bounded history with this one, of any channel, seen or not.
 */
export interface ChatPosted {
  readonly type: "chat.posted";
  readonly message: ChatMessage;
  readonly evicted: readonly number[];
}

/** Seen by those who may read the message. `evicted` as in `ChatPosted`: a longer text takes more room. */
export interface ChatEdited {
  readonly type: "chat.edited";
  readonly message_id: number;
  readonly text: string;
  readonly mentions: readonly string[];
  readonly at_ms: number;
  readonly evicted: readonly number[];
}

/** Seen by those who may read the message: only that it was there remains. */
export interface ChatDeleted {
  readonly type: "chat.deleted";
  readonly message_id: number;
  readonly by: string;
}

/**
 * Messages were kept long enough. `evicted`: their ids, of any channel, seen or not; the oldest there are.
 */
export interface ChatExpired {
  readonly type: "chat.expired";
  readonly evicted: readonly number[];
}

/**
 * Somebody uploaded an image, to be posted later. Seen by them alone.
 *
 * `dropped`: ids of earlier ones that this person never posted, given up.
 */
export interface ChatImageAdded {
  readonly type: "chat.image_added";
  readonly participant_id: string;
  readonly image: ChatImage;
  readonly dropped: readonly string[];
}

/** A term is new, or explained anew: then it replaces the one with this id, where it stands. */
export interface TermSet {
  readonly type: "glossary.changed";
  readonly term: GlossaryTerm;
  readonly by: string;
}

export interface TermRemoved {
  readonly type: "glossary.removed";
  readonly id: string;
  readonly by: string;
}

/** Seen by staff alone. */
export interface ConstraintsChanged {
  readonly type: "breakouts.constraints";
  readonly constraints: Constraints;
  readonly by: string;
}

/** Seen by staff: all sets. */
export interface GroupSetsChanged {
  readonly type: "breakouts.sets";
  readonly sets: readonly GroupSet[];
  readonly by: string;
}

/** All offers; everybody but staff sees only their own. */
export interface OffersChanged {
  readonly type: "breakouts.offers";
  readonly offers: readonly CompanyOffer[];
}

export interface RulesChanged {
  readonly type: "rules.changed";
  readonly rules: Rules;
  readonly by: string;
}

export interface LayoutChanged {
  readonly type: "layout.changed";
  readonly layout: RoomLayout | null;
  readonly by: string;
}

/** Seen by staff: the whole queue, and who left it how (whoever left by themselves is in neither list). */
export interface LobbyChanged {
  readonly type: "lobby.changed";
  readonly waiting: readonly Waiting[];
  readonly admitted: readonly string[];
  readonly refused: readonly string[];
}

/** Seen by staff: everybody who is kept out. */
export interface KeptOutChanged {
  readonly type: "kept_out.changed";
  readonly kept_out: readonly KeptOut[];
  readonly by: string;
}

/** What the person may see changes with it: they ask for a fresh snapshot. */
export interface RoleChanged {
  readonly type: "participant.role";
  readonly participant_id: string;
  readonly role: Role;
  readonly by: string;
}

/** Somebody with a raised hand has had their say. */
export interface HandSpoken {
  readonly type: "hand.spoken";
  readonly participant_id: string;
  readonly at_ms: number;
}

/** They still need it, and keep their rank. */
export interface HandKept {
  readonly type: "hand.kept";
  readonly participant_id: string;
}

export interface FloorGiven {
  readonly type: "floor.given";
  readonly floor: Floor;
}

export interface FloorEnded {
  readonly type: "floor.ended";
  readonly by: string;
}

/** Seen by staff and by the group; a person's own call (`group` None) by staff and that person. */
export interface HelpCalled {
  readonly type: "help.called";
  readonly group: string | null;
  readonly participant_id: string;
  readonly at_ms: number;
  /** It comes from an answer to a check-in. */
  readonly stuck: boolean;
}

/** A trainer is coming. Seen as the call. `group` None: to the person's own call. */
export interface HelpPromised {
  readonly type: "help.promised";
  readonly group: string | null;
  readonly participant_id: string;
  readonly by: string;
}

/** Seen as the call. `group` None: `participant_id`'s own call. */
export interface HelpEnded {
  readonly type: "help.ended";
  readonly group: string | null;
  readonly by: string;
  readonly participant_id: string | null;
}

export type PublicationKind = "microphone" | "camera" | "screen" | "screen_audio";

export type Layer = "h" | "m" | "l";

export type Rating = "excellent" | "good" | "poor" | "lost";

export type QualityReason =
  | "network_lost"
  | "uplink_loss"
  | "downlink_loss"
  | "high_delay"
  | "uplink_limited"
  | "downlink_limited"
  | "video_paused";

export type MediaPath = "none" | "ok" | "interrupted" | "lost";

export type PictureState = "ok" | "paused" | "lost";

/** How media travel: to the server directly, or by a TURN server that is reached over UDP, TCP or TLS. */
export type MediaWay = "udp" | "tcp" | "turn_udp" | "turn_tcp" | "turn_tls";

/** network: the viewer's connection carries no more. The picture comes back by itself. */
export type PauseReason = "network";

/** Take up a session whose socket was lost: what `Welcome` gave, and the last `seq` applied. */
export interface Resume {
  /** 1 to 64 characters. */
  readonly session_id: string;
  /** 16 to 128 characters. */
  readonly secret: string;
  /** 1 to 64 characters. */
  readonly epoch: string;
  /** At least 0. */
  readonly seq: number;
}

/**
 * What `Offer` says, two round trips sooner: the answer comes in the welcome. Of a connection never answered
 * before.
 */
export interface EarlyOffer {
  /** 1 to 16384 bytes. */
  readonly sdp: Uint8Array;
  /** At most 8 entries. */
  readonly sources: Readonly<Record<string, PublicationKind>>;
  /**
   * The client still has a connection of the session that it resumes: to be answered only if that is gone,
   * because the session is a fresh one or of another `epoch`.
   */
  readonly spare?: boolean;
}

/**
 * First message on every socket. Without `resume`, or when resuming is refused, a fresh session opens on the
 * seat.
 *
 * `name`, `seat`: for group invitations only (a link shared by many). `seat` is a random value that this
 * browser made and keeps, so that the same browser gets the same seat again.
 */
export interface Hello {
  readonly type: "hello";
  readonly protocol: number;
  /** 1 to 4096 characters. */
  readonly token: string;
  /** 1 to 80 characters. */
  readonly name?: string | null;
  /** 16 to 64 characters. */
  readonly seat?: string | null;
  readonly resume?: Resume | null;
  readonly offer?: EarlyOffer | null;
  /** Name and version of the client, for the operators' logs. At most 120 characters. */
  readonly client?: string;
}

/** Answers `ping`, repeating its `sent_at_ms`. */
export interface Pong {
  readonly type: "pong";
  readonly sent_at_ms: number;
}

/** Asks for a fresh snapshot (after a gap in `seq`). Reply: `Resync`. */
export interface GetSnapshot {
  readonly type: "snapshot.get";
}

/**
 * An SDP offer: the first, a re-offer, or an ICE restart. Reply: `Answer`.
 *
 * `sources` names the m-lines that the client sends on: mid to kind. Every recvonly m-line becomes a slot,
 * audio and video each in their order.
 */
export interface Offer {
  readonly type: "media.offer";
  /** 1 to 60000 characters. */
  readonly sdp: string;
  /** At most 8 entries. */
  readonly sources: Readonly<Record<string, PublicationKind>>;
}

/**
 * Asks for ICE servers with fresh credentials: those of `Welcome` are good for starting to use for ten
 * minutes only, and an ICE restart starts anew. Reply: `IceServers`.
 */
export interface GetIceServers {
  readonly type: "media.servers";
}

/**
 * One picture on the viewer's screen and how large it is drawn, in device pixels. 0 x 0: wanted, not visible.
 */
export interface Tile {
  /** 1 to 64 characters. */
  readonly participant_id: string;
  readonly kind: PublicationKind;
  /** 0 to 16384. */
  readonly width: number;
  /** 0 to 16384. */
  readonly height: number;
}

/**
 * What this screen shows, all of it, most important first. Until the first `View` the server assumes
 * everybody.
 */
export interface View {
  readonly type: "media.view";
  /** At most 64 items. */
  readonly tiles: readonly Tile[];
  /** No picture that is not named here is wanted: not even of somebody who has just come in. */
  readonly only?: boolean;
}

/** One slot's reception since the last report, from `getStats()`. */
export interface SourceReport {
  /** At most 8 characters. */
  readonly slot: string;
  /** At least 0. */
  readonly packets_received: number;
  readonly packets_lost: number;
  /** At least 0. */
  readonly jitter_ms: number;
  /** At least 0. */
  readonly frames_decoded?: number;
  /** At least 0. */
  readonly freeze_ms?: number;
  /** Audio: the share of what was played that was made up, silence left out (`concealedSamples`). 0 to 1. */
  readonly concealed?: number | null;
}

/** What the client measures, every 5 s, for the people who watch the rooms. */
export interface Report {
  readonly type: "media.report";
  /** At least 0. */
  readonly round_trip_ms: number;
  /** At most 64 items. */
  readonly slots?: readonly SourceReport[];
  /** Of the candidate pair in use. */
  readonly way?: MediaWay | null;
}

/**
 * This client carries its media over when the room goes to another node in order (`MediaSetup.handover`):
 * from `RoomMoved` on it keeps this socket and its media connection until it has new ones. To be said once in
 * each welcome's session.
 */
export interface Handover {
  readonly type: "media.handover";
  /** After `RoomMoved`: its media are connected at the new node. */
  readonly arrived?: boolean;
}

export type ReactionName = "applause" | "thumbs_up" | "heart" | "laugh" | "surprise" | "celebrate";

/** Shown for a moment to everybody in the same place. */
export interface React {
  readonly type: "reaction.send";
  readonly reaction: ReactionName;
}

/** What a client needs before it makes its offer. */
export interface MediaSetup {
  readonly audio_slots: number;
  readonly video_slots: number;
  readonly ice_servers: readonly IceServer[];
  /**
   * Media go on here for a while when the room goes to another node, for clients that ask for it
   * (`Handover`).
   */
  readonly handover: boolean;
}

/** As in the W3C's RTCIceServer. */
export interface IceServer {
  readonly urls: readonly string[];
  readonly username: string | null;
  readonly credential: string | null;
}

/** What a client may send; more is refused. */
export interface Limits {
  readonly frame_bytes: number;
  readonly chat_chars: number;
  /** On average; short bursts of 100 are taken. */
  readonly requests_per_s: number;
  /** The most requests that may wait for their reply at one time. */
  readonly unanswered_requests: number;
}

/** The reply to `hello`. `snapshot` is None when the session was resumed: the missed events follow. */
export interface Welcome {
  readonly protocol: number;
  readonly session_id: string;
  readonly secret: string;
  readonly participant_id: string;
  readonly role: string;
  readonly epoch: string;
  readonly resumed: boolean;
  /** The room's `seq` now. */
  readonly seq: number;
  /** The server pings this often; a client that hears nothing for 2.5 times as long reconnects. */
  readonly heartbeat_s: number;
  readonly server_time_ms: number;
  readonly limits: Limits;
  readonly media: MediaSetup;
  /**
   * A `rooms.model.Snapshot`; opaque here, because signaling never imports rooms. Resumed and a snapshot: the
   * missed events are no longer kept, replace everything by it.
   */
  readonly snapshot: Snapshot | null;
  /**
   * The answer's SDP to the hello's offer, packed as that. None: there was none, it was a spare that is not
   * needed, or it was refused (say it again by `media.offer` to hear why).
   */
  readonly answer: Uint8Array | null;
}

/** The reply to every request that has no reply of its own. */
export interface Done {
  /**
   * The event with this `seq` is the last one that the request made (0: it made none). The reply and the
   * events may arrive in either order.
   */
  readonly seq: number;
}

/** The reply to `snapshot.get`. */
export interface Resync {
  readonly epoch: string;
  readonly snapshot: Snapshot;
}

/** The reply to `media.offer`. */
export interface Answer {
  readonly sdp: string;
}

/** The reply to `media.servers`; empty when there are none. */
export interface IceServers {
  readonly ice_servers: readonly IceServer[];
}

export interface Ping {
  readonly type: "ping";
  readonly sent_at_ms: number;
}

/** What is in a slot. */
export interface Published {
  readonly participant_id: string;
  readonly kind: PublicationKind;
  readonly layer: Layer | null;
  /** Why nothing of it is sent, although it is published; sound goes on. */
  readonly paused: PauseReason | null;
}

/** Who is in which slot, whole, whenever it changes. Index i is the slot `a{i}` or `v{i}`; None: empty. */
export interface Slots {
  readonly type: "media.slots";
  readonly audio: readonly (Published | null)[];
  readonly video: readonly (Published | null)[];
}

/** Who is heard to speak now, loudest first: those whom the viewer may hear; for staff, in the whole room. */
export interface Speaking {
  readonly type: "media.speaking";
  readonly participant_ids: readonly string[];
}

/**
 * To staff alone: when each person was last heard from, by voice or in the chat, to the minute. Whoever is
 * not named was not heard from since `listening_since_ms`.
 */
export interface LastHeard {
  readonly type: "people.heard";
  readonly listening_since_ms: number;
  readonly heard_at_ms: Readonly<Record<string, number>>;
}

/** Where the viewer's own media connection stands, as the server sees it. */
export interface MediaState {
  readonly type: "media.state";
  readonly connected: boolean;
}

/**
 * Which layers of the viewer's own pictures anybody takes, by kind; whole, whenever it changes. None of them:
 * send nothing of it. A kind that is not named: send everything. A screen has one layer, `h`.
 */
export interface Wanted {
  readonly type: "media.wanted";
  readonly layers: Readonly<Partial<Record<PublicationKind, readonly Layer[]>>>;
}

/**
 * How well media do one way. `mos`: mean opinion score, 1 to 5 (ITU-T G.107 annex B); `reasons`: what keeps
 * it from being better, the most telling first.
 */
export interface DirectionQuality {
  readonly rating: Rating;
  readonly mos: number;
  readonly reasons: readonly QualityReason[];
}

/** How the viewer's own media do, as the server sees it; None: there is no connection yet. */
export interface Quality {
  readonly type: "media.quality";
  readonly sending: DirectionQuality | null;
  readonly receiving: DirectionQuality | null;
}

/**
 * What others may know of somebody's media. None: not known, or nothing to tell (microphone or camera off).
 */
export interface PersonQuality {
  readonly participant_id: string;
  /**
   * none: no media connection. interrupted: nothing arrives of their media, though their WebSocket lives.
   * lost: nothing arrives at all.
   */
  readonly path: MediaPath;
  /** The sound of others reaches them. */
  readonly hears: boolean | null;
  /** Their sound reaches the server. */
  readonly heard: boolean | null;
  /** The pictures that they want reach them; paused: their network carries none now. */
  readonly sees: PictureState | null;
  /** Their camera reaches the server; paused: they send none now. */
  readonly video: PictureState | null;
  /** For staff alone, as `receiving`. */
  readonly sending: DirectionQuality | null;
  readonly receiving: DirectionQuality | null;
}

/** How the media of everybody in the room do, whole, the viewer's too. */
export interface People {
  readonly type: "media.people";
  readonly people: readonly PersonQuality[];
}

/** Somebody in the viewer's place reacts. A moment, no state: never pushed again. */
export interface Reacted {
  readonly type: "reaction.shown";
  readonly participant_id: string;
  readonly reaction: ReactionName;
}

/** Those who run the server ask the client for an ICE restart: perhaps its media find a better way. */
export interface MediaRestart {
  readonly type: "media.restart";
}

/**
 * The room has gone to another node, to those who asked for a `Handover`: open another socket, at once, and
 * resume there; this one carries `media.slots` of the old media connection, and nothing else, until everybody
 * has arrived.
 */
export interface RoomMoved {
  readonly type: "room.moved";
  /** For so long at most; then this node closes the socket (`moved`) and ends the media. */
  readonly media_ms: number;
}

/** To staff alone: those who run the server have something to say to whoever teaches. A moment, no state. */
export interface OpsMessage {
  readonly type: "ops.message";
  readonly id: string;
  readonly text: string;
  readonly at_ms: number;
}

/**
 * Instead of an answer to `hello`, for now: a trainer is asked to let this person in. The reply to `hello`
 * comes when one has decided. Until then the server pings, and the client sends nothing but pongs.
 */
export interface LobbyWaiting {
  readonly type: "lobby.waiting";
  readonly since_at_ms: number;
  /** The server's time now: how long one has waited is told right also where the browser's clock is wrong. */
  readonly sent_at_ms: number;
}

export interface ErrorBody {
  readonly code: string;
  /** For developers, in English; interfaces show their own words for `code`. */
  readonly detail: string;
}

/**
 * Asks for what is new in a note, and to be told of what follows, for as long as this session lives. Reply:
 * `NoteState`.
 */
export interface OpenNote {
  readonly type: "notes.open";
  /** 1 to 64 characters. */
  readonly note: string;
  /** What the client has; empty: nothing. At most 16384 bytes. */
  readonly state_vector?: Uint8Array;
}

/** Be told of this note no longer. */
export interface CloseNote {
  readonly type: "notes.close";
  /** 1 to 64 characters. */
  readonly note: string;
}

/** Something was written. Acknowledged when it is durable. */
export interface UpdateNote {
  readonly type: "notes.update";
  /** 1 to 64 characters. */
  readonly note: string;
  /** 1 to 49152 bytes. */
  readonly update: Uint8Array;
}

/** Where the person's cursor is in an open note; both None: nowhere. */
export interface PointInNote {
  readonly type: "notes.cursor";
  /** 1 to 64 characters. */
  readonly note: string;
  /** At most 256 bytes. */
  readonly anchor?: Uint8Array | null;
  /** At most 256 bytes. */
  readonly head?: Uint8Array | null;
}

/** Staff: which notes the room has, those of past groups too. Reply: `NoteList`. */
export interface ListNotes {
  readonly type: "notes.list";
}

/** The reply to `notes.open`. */
export interface NoteState {
  /** What the client lacks. */
  readonly update: Uint8Array;
  /** What the server has: the client sends as updates what is missing in it. */
  readonly state_vector: Uint8Array;
}

export interface NoteListing {
  readonly note: string;
  /** The group's name when the note was begun; empty: the room's own. */
  readonly name: string;
  /** Length of the text in UTF-8. */
  readonly text_bytes: number;
  readonly changed_at_ms: number;
}

/** The reply to `notes.list`, oldest first. */
export interface NoteList {
  readonly notes: readonly NoteListing[];
}

/** Somebody wrote in an open note. Every one is delivered. */
export interface NoteUpdated {
  readonly type: "notes.updated";
  readonly note: string;
  readonly update: Uint8Array;
  readonly participant_id: string;
}

/** Somebody's cursor in an open note moved; both None: it is gone. */
export interface NoteCursor {
  readonly type: "notes.pointed";
  readonly note: string;
  readonly participant_id: string;
  readonly anchor: Uint8Array | null;
  readonly head: Uint8Array | null;
}

/**
 * captioner: a person writes what others say. speech: the speaker's own browser recognises it. typing:
 * somebody speaks by typing.
 */
export type CaptionKind = "captioner" | "speech" | "typing";

/** One's line as it stands now. Ref 0 or more; finished lines are worth a ref. */
export interface WriteCaption {
  readonly type: "captions.write";
  /** The client's own count: the same for one line, more for the next. 0 to 9007199254740991. */
  readonly line: number;
  /** Empty: the line is taken back. At most 400 characters. */
  readonly text: string;
  readonly kind: CaptionKind;
  /** Nothing follows in this line. */
  readonly done?: boolean;
}

export interface CaptionLine {
  readonly participant_id: string;
  readonly name: string;
  readonly line: number;
  readonly text: string;
  readonly kind: CaptionKind;
  /** When it was begun. */
  readonly at_ms: number;
  readonly done: boolean;
}

/** Somebody's line as it stands now; empty text: taken back. The newest one of a person and line counts. */
export interface Caption {
  readonly type: "captions.line";
  readonly line: CaptionLine;
}

/**
 * The latest lines of the place where the viewer is, oldest first: in place of all that was known. After a
 * welcome, and when the viewer has changed place.
 */
export interface CaptionHistory {
  readonly type: "captions.history";
  readonly lines: readonly CaptionLine[];
}

/** Stable code; the first group refuses one request, the second ends the connection. */
export type ErrorCode =
  | "unknown_message"
  | "malformed_message"
  | "rate_limited"
  | "ref_too_old"
  | "offer_malformed"
  | "offer_unsupported"
  | "media_unavailable"
  | "internal"
  | "storage_unavailable"
  | "malformed_frame"
  | "frame_too_large"
  | "hello_expected"
  | "protocol_unsupported"
  | "token_invalid"
  | "token_expired"
  | "token_not_yet_valid"
  | "token_revoked"
  | "name_needed"
  | "room_not_found"
  | "room_full"
  | "room_locked"
  | "not_admitted"
  | "removed"
  | "replaced"
  | "left"
  | "meeting_ended"
  | "heartbeat_missed"
  | "outbox_full"
  | "too_many_errors"
  | "server_full"
  | "shutting_down"
  | "moved";

/** The reply to `breakouts.preview`: groups as `breakouts.open` takes them. */
export interface BreakoutsPreview {
  readonly groups: readonly GroupSpec[];
}

export type SessionRequest =
  | Hello
  | Pong
  | GetSnapshot
  | Offer
  | GetIceServers
  | View
  | Report
  | React
  | Handover;

export type WireCommand =
  | Leave
  | SetPresence
  | SetMedia
  | MuteMicrophone
  | MuteAll
  | AskUnmute
  | RaiseHand
  | LowerHand
  | LowerAllHands
  | PostChat
  | EditChat
  | DeleteChat
  | SetSpotlight
  | RemoveParticipant
  | PreviewBreakouts
  | OpenBreakouts
  | RotateBreakouts
  | MoveParticipant
  | VisitBreakout
  | ExtendBreakouts
  | InstructBreakouts
  | BroadcastText
  | BroadcastVoice
  | CloseBreakouts
  | KeepHand
  | GiveFloor
  | EndFloor
  | CallHelp
  | PromiseHelp
  | EndHelp
  | OpenCheckin
  | AnswerCheckin
  | CloseCheckin
  | ShowCheckin
  | ClearCheckin
  | AddAgendaItem
  | ChangeAgendaItem
  | MoveAgendaItem
  | RemoveAgendaItem
  | StartAgendaItem
  | StartBreak
  | ExtendTimer
  | EndTimer
  | SetTerm
  | RemoveTerm
  | SetRules
  | SetLayout
  | AdmitFromLobby
  | RefuseFromLobby
  | ReadmitParticipant
  | SetRole
  | SetConstraints
  | SaveGroups
  | ForgetGroups
  | AcceptOffer;

export type ViewedEvent =
  | RoomCreated
  | RoomChanged
  | ParticipantJoined
  | PresenceChanged
  | ParticipantLeft
  | MediaChanged
  | UnmuteAsked
  | HandRaised
  | HandsLowered
  | ChatPosted
  | ChatEdited
  | ChatDeleted
  | ChatExpired
  | ChatImageAdded
  | SpotlightChanged
  | BreakoutsOpened
  | BreakoutsChanged
  | BreakoutsClosed
  | ParticipantMoved
  | VoiceBroadcastChanged
  | HandSpoken
  | HandKept
  | FloorGiven
  | FloorEnded
  | HelpCalled
  | HelpPromised
  | HelpEnded
  | CheckinOpened
  | CheckinAnswered
  | CheckinClosed
  | CheckinShown
  | CheckinCleared
  | AgendaChanged
  | TimerChanged
  | TermSet
  | TermRemoved
  | RulesChanged
  | LayoutChanged
  | LobbyChanged
  | KeptOutChanged
  | RoleChanged
  | ConstraintsChanged
  | GroupSetsChanged
  | OffersChanged
  | Hidden;

export type TurnEvent =
  | HandSpoken
  | HandKept
  | FloorGiven
  | FloorEnded
  | HelpCalled
  | HelpPromised
  | HelpEnded;

export type ActivityEvent =
  | CheckinOpened
  | CheckinAnswered
  | CheckinClosed
  | CheckinShown
  | CheckinCleared
  | AgendaChanged
  | TimerChanged;

export type NotesPush = NoteUpdated | NoteCursor;

export type CaptionsPush = Caption | CaptionHistory;

export type SessionPush =
  | LobbyWaiting
  | Ping
  | Reacted
  | Slots
  | Speaking
  | LastHeard
  | MediaState
  | MediaRestart
  | Wanted
  | Quality
  | People
  | OpsMessage
  | RoomMoved
  | NoteUpdated
  | NoteCursor
  | Caption
  | CaptionHistory;

/** Every request by its wire name, and what it is answered with. */
export interface Requests {
  readonly "hello": { readonly request: Hello; readonly reply: Welcome };
  readonly "pong": { readonly request: Pong; readonly reply: Done };
  readonly "snapshot.get": { readonly request: GetSnapshot; readonly reply: Resync };
  readonly "media.offer": { readonly request: Offer; readonly reply: Answer };
  readonly "media.servers": { readonly request: GetIceServers; readonly reply: IceServers };
  readonly "media.view": { readonly request: View; readonly reply: Done };
  readonly "media.report": { readonly request: Report; readonly reply: Done };
  readonly "reaction.send": { readonly request: React; readonly reply: Done };
  readonly "media.handover": { readonly request: Handover; readonly reply: Done };
  readonly "notes.open": { readonly request: OpenNote; readonly reply: NoteState };
  readonly "notes.close": { readonly request: CloseNote; readonly reply: Done };
  readonly "notes.update": { readonly request: UpdateNote; readonly reply: Done };
  readonly "notes.cursor": { readonly request: PointInNote; readonly reply: Done };
  readonly "notes.list": { readonly request: ListNotes; readonly reply: NoteList };
  readonly "captions.write": { readonly request: WriteCaption; readonly reply: Done };
  readonly "leave": { readonly request: Leave; readonly reply: Done };
  readonly "presence.set": { readonly request: SetPresence; readonly reply: Done };
  readonly "media.set": { readonly request: SetMedia; readonly reply: Done };
  readonly "microphone.mute": { readonly request: MuteMicrophone; readonly reply: Done };
  readonly "microphone.mute_all": { readonly request: MuteAll; readonly reply: Done };
  readonly "microphone.ask": { readonly request: AskUnmute; readonly reply: Done };
  readonly "hand.raise": { readonly request: RaiseHand; readonly reply: Done };
  readonly "hand.lower": { readonly request: LowerHand; readonly reply: Done };
  readonly "hand.lower_all": { readonly request: LowerAllHands; readonly reply: Done };
  readonly "chat.post": { readonly request: PostChat; readonly reply: Done };
  readonly "chat.edit": { readonly request: EditChat; readonly reply: Done };
  readonly "chat.delete": { readonly request: DeleteChat; readonly reply: Done };
  readonly "spotlight.set": { readonly request: SetSpotlight; readonly reply: Done };
  readonly "participant.remove": { readonly request: RemoveParticipant; readonly reply: Done };
  readonly "breakouts.preview": { readonly request: PreviewBreakouts; readonly reply: BreakoutsPreview };
  readonly "breakouts.open": { readonly request: OpenBreakouts; readonly reply: Done };
  readonly "breakouts.rotate": { readonly request: RotateBreakouts; readonly reply: Done };
  readonly "breakouts.move": { readonly request: MoveParticipant; readonly reply: Done };
  readonly "breakouts.visit": { readonly request: VisitBreakout; readonly reply: Done };
  readonly "breakouts.extend": { readonly request: ExtendBreakouts; readonly reply: Done };
  readonly "breakouts.instruct": { readonly request: InstructBreakouts; readonly reply: Done };
  readonly "breakouts.broadcast": { readonly request: BroadcastText; readonly reply: Done };
  readonly "breakouts.speak": { readonly request: BroadcastVoice; readonly reply: Done };
  readonly "breakouts.close": { readonly request: CloseBreakouts; readonly reply: Done };
  readonly "hand.keep": { readonly request: KeepHand; readonly reply: Done };
  readonly "floor.give": { readonly request: GiveFloor; readonly reply: Done };
  readonly "floor.end": { readonly request: EndFloor; readonly reply: Done };
  readonly "help.call": { readonly request: CallHelp; readonly reply: Done };
  readonly "help.promise": { readonly request: PromiseHelp; readonly reply: Done };
  readonly "help.end": { readonly request: EndHelp; readonly reply: Done };
  readonly "checkin.open": { readonly request: OpenCheckin; readonly reply: Done };
  readonly "checkin.answer": { readonly request: AnswerCheckin; readonly reply: Done };
  readonly "checkin.close": { readonly request: CloseCheckin; readonly reply: Done };
  readonly "checkin.show": { readonly request: ShowCheckin; readonly reply: Done };
  readonly "checkin.clear": { readonly request: ClearCheckin; readonly reply: Done };
  readonly "agenda.add": { readonly request: AddAgendaItem; readonly reply: Done };
  readonly "agenda.change": { readonly request: ChangeAgendaItem; readonly reply: Done };
  readonly "agenda.move": { readonly request: MoveAgendaItem; readonly reply: Done };
  readonly "agenda.remove": { readonly request: RemoveAgendaItem; readonly reply: Done };
  readonly "agenda.start": { readonly request: StartAgendaItem; readonly reply: Done };
  readonly "agenda.break": { readonly request: StartBreak; readonly reply: Done };
  readonly "agenda.extend": { readonly request: ExtendTimer; readonly reply: Done };
  readonly "agenda.end": { readonly request: EndTimer; readonly reply: Done };
  readonly "glossary.set": { readonly request: SetTerm; readonly reply: Done };
  readonly "glossary.remove": { readonly request: RemoveTerm; readonly reply: Done };
  readonly "rules.set": { readonly request: SetRules; readonly reply: Done };
  readonly "layout.set": { readonly request: SetLayout; readonly reply: Done };
  readonly "lobby.admit": { readonly request: AdmitFromLobby; readonly reply: Done };
  readonly "lobby.refuse": { readonly request: RefuseFromLobby; readonly reply: Done };
  readonly "participant.readmit": { readonly request: ReadmitParticipant; readonly reply: Done };
  readonly "participant.set_role": { readonly request: SetRole; readonly reply: Done };
  readonly "breakouts.constrain": { readonly request: SetConstraints; readonly reply: Done };
  readonly "breakouts.save": { readonly request: SaveGroups; readonly reply: Done };
  readonly "breakouts.forget": { readonly request: ForgetGroups; readonly reply: Done };
  readonly "breakouts.accept": { readonly request: AcceptOffer; readonly reply: Done };
}
