"""What people ask of a room: one struct per command, its tag is its name on the wire.

A command is checked and decided by `rooms.room.decide`; nobody else changes a room. The struct constraints
are the first check (lengths, ranges); the permission table and the rules are the second.

The commands of a larger subject have a module of their own in this package; all are named here.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from rooms.commands.activities import ActivityCommand
from rooms.commands.activities import AddAgendaItem as AddAgendaItem
from rooms.commands.activities import AnswerCheckin as AnswerCheckin
from rooms.commands.activities import ChangeAgendaItem as ChangeAgendaItem
from rooms.commands.activities import ClearCheckin as ClearCheckin
from rooms.commands.activities import CloseCheckin as CloseCheckin
from rooms.commands.activities import EndTimer as EndTimer
from rooms.commands.activities import ExtendTimer as ExtendTimer
from rooms.commands.activities import MoveAgendaItem as MoveAgendaItem
from rooms.commands.activities import OpenCheckin as OpenCheckin
from rooms.commands.activities import RemoveAgendaItem as RemoveAgendaItem
from rooms.commands.activities import ShowCheckin as ShowCheckin
from rooms.commands.activities import StartAgendaItem as StartAgendaItem
from rooms.commands.activities import StartBreak as StartBreak
from rooms.commands.administration import AdministrationCommand
from rooms.commands.administration import ChangeRoom as ChangeRoom
from rooms.commands.administration import EndMeeting as EndMeeting
from rooms.commands.administration import RevokeInvitation as RevokeInvitation
from rooms.commands.base import Command as Command
from rooms.commands.base import DurationS, Id, Instruction
from rooms.commands.base import GroupSpec as GroupSpec
from rooms.commands.base import Text as Text
from rooms.commands.chat import AddChatImage as AddChatImage
from rooms.commands.chat import ChatCommand
from rooms.commands.chat import DeleteChat as DeleteChat
from rooms.commands.chat import EditChat as EditChat
from rooms.commands.chat import ImageToPost as ImageToPost
from rooms.commands.chat import PostChat as PostChat
from rooms.commands.glossary import RemoveTerm as RemoveTerm
from rooms.commands.glossary import SetTerm as SetTerm
from rooms.commands.grouping import AcceptOffer as AcceptOffer
from rooms.commands.grouping import ForgetGroups as ForgetGroups
from rooms.commands.grouping import GroupingCommand
from rooms.commands.grouping import SaveGroups as SaveGroups
from rooms.commands.grouping import SetConstraints as SetConstraints
from rooms.commands.moderation import AdmitFromLobby as AdmitFromLobby
from rooms.commands.moderation import Knock as Knock
from rooms.commands.moderation import ModerationCommand
from rooms.commands.moderation import ReadmitParticipant as ReadmitParticipant
from rooms.commands.moderation import RefuseFromLobby as RefuseFromLobby
from rooms.commands.moderation import SetLayout as SetLayout
from rooms.commands.moderation import SetRole as SetRole
from rooms.commands.moderation import SetRules as SetRules
from rooms.commands.moderation import Unknock as Unknock
from rooms.commands.turns import CallHelp as CallHelp
from rooms.commands.turns import EndFloor as EndFloor
from rooms.commands.turns import EndHelp as EndHelp
from rooms.commands.turns import GiveFloor as GiveFloor
from rooms.commands.turns import KeepHand as KeepHand
from rooms.commands.turns import NoteSpoken as NoteSpoken
from rooms.commands.turns import PromiseHelp as PromiseHelp
from rooms.commands.turns import TurnCommand
from rooms.model import BreakoutMode, OddRule, Role

# --- given by the server itself, never by the wire ---------------------------------------------------------


class Join(Command, frozen=True, tag="join"):
    """A session opened for this seat: a new seat, or a known one taken up again (media flags start off)."""

    participant_id: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    role: Role
    invitation: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """The `jti` of the invitation that they come by."""


class Disconnect(Command, frozen=True, tag="disconnect"):
    """The connection of this seat was lost; the seat is kept (presence away, not connected)."""


class Reconnect(Command, frozen=True, tag="reconnect"):
    """The same session resumed: connected again, flags and place untouched."""


class Tick(Command, frozen=True, tag="tick"):
    """Time passed: `decide` expires seats and breakouts whose time has come."""


# --- on the wire -------------------------------------------------------------------------------------------


class Leave(Command, frozen=True, tag="leave"):
    """Leave for good: the seat is given up."""


class SetPresence(Command, frozen=True, tag="presence.set"):
    """Say "I am away" or "I am back"."""

    away: bool


class SetMedia(Command, frozen=True, tag="media.set"):
    """Turn one's own microphone, camera or screen share on or off; None leaves as is."""

    microphone: bool | None = None
    camera: bool | None = None
    screen: bool | None = None


class MuteMicrophone(Command, frozen=True, tag="microphone.mute"):
    """Staff: turn somebody's microphone off. There is no command that turns one on."""

    participant_id: Id


class MuteAll(Command, frozen=True, tag="microphone.mute_all"):
    """Staff: turn off every microphone but the staff's own."""


class AskUnmute(Command, frozen=True, tag="microphone.ask"):
    """Staff: ask somebody to turn their microphone on."""

    participant_id: Id


class RaiseHand(Command, frozen=True, tag="hand.raise"):
    pass


class LowerHand(Command, frozen=True, tag="hand.lower"):
    """Lower one's own hand, or (staff) somebody's."""

    participant_id: Id | None = None


class LowerAllHands(Command, frozen=True, tag="hand.lower_all"):
    pass


class SetSpotlight(Command, frozen=True, tag="spotlight.set"):
    participant_id: Id | None


class RemoveParticipant(Command, frozen=True, tag="participant.remove"):
    """Staff: take somebody out of the room; their seat is refused from then on."""

    participant_id: Id


class BreakoutPlan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to divide the room.

    `groups` for "manual"; one of `group_count` and `group_size` for "random"; `odd` for "pairs".
    """

    mode: BreakoutMode
    groups: Annotated[tuple[GroupSpec, ...], msgspec.Meta(max_length=50)] = ()
    group_count: Annotated[int, msgspec.Meta(ge=1, le=50)] | None = None
    group_size: Annotated[int, msgspec.Meta(ge=2, le=50)] | None = None
    odd: OddRule = "trio"


class PreviewBreakouts(Command, frozen=True, tag="breakouts.preview"):
    """Staff: what groups this plan would make now. Changes nothing; the reply's `groups` can be opened as
    "manual" (pairs that were previewed keep mode "pairs" by passing them in `groups`).
    """

    plan: BreakoutPlan


class OpenBreakouts(Command, frozen=True, tag="breakouts.open"):
    """Staff: open a round. A plan of mode "pairs" or "random" with `groups` given opens just those groups."""

    plan: BreakoutPlan
    instruction: Instruction = ""
    duration_s: DurationS | None = None


class RotateBreakouts(Command, frozen=True, tag="breakouts.rotate"):
    """Staff: next round. Pairs: nobody meets the same person again while that is possible. Random: shuffled
    anew into as many groups. The timer restarts; without `duration_s` with the length the last round had at
    first.
    """

    duration_s: DurationS | None = None


class MoveParticipant(Command, frozen=True, tag="breakouts.move"):
    """Staff: put somebody into another group, or back into the main room (None)."""

    participant_id: Id
    group: Id | None


class VisitBreakout(Command, frozen=True, tag="breakouts.visit"):
    """Staff: go into a group (announced to it), or back to the main room (None)."""

    group: Id | None


class ExtendBreakouts(Command, frozen=True, tag="breakouts.extend"):
    """Staff: more time, added to what remains; starts a timer of this length where none runs."""

    duration_s: DurationS


class InstructBreakouts(Command, frozen=True, tag="breakouts.instruct"):
    instruction: Instruction


class BroadcastText(Command, frozen=True, tag="breakouts.broadcast"):
    """Staff: a message on every screen, whatever group it is in."""

    text: Text


class BroadcastVoice(Command, frozen=True, tag="breakouts.speak"):
    """Staff: be heard in every group at once, or stop."""

    on: bool


class CloseBreakouts(Command, frozen=True, tag="breakouts.close"):
    """Staff: bring everybody back, now or after so many seconds."""

    after_s: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0


WireCommand = (
    Leave | SetPresence | SetMedia | MuteMicrophone | MuteAll | AskUnmute | RaiseHand | LowerHand
    | LowerAllHands | ChatCommand | SetSpotlight | RemoveParticipant | PreviewBreakouts | OpenBreakouts
    | RotateBreakouts | MoveParticipant | VisitBreakout | ExtendBreakouts | InstructBreakouts
    | BroadcastText | BroadcastVoice | CloseBreakouts
    | TurnCommand | ActivityCommand
    | SetTerm | RemoveTerm
    | ModerationCommand | GroupingCommand
)  # fmt: skip
"""Every command that a client may send."""

ServerCommand = (
    Join | Disconnect | Reconnect | Tick | NoteSpoken | Knock | Unknock | AddChatImage | AdministrationCommand
)

Refusal = Literal[
    "not_allowed",
    "unknown_participant",
    "unknown_group",
    "room_full",
    "removed",
    "not_in_breakout",
    "breakouts_closed",
    "breakouts_bad_plan",
    "screen_taken",
    "hand_not_raised",
    "not_here",
    "empty_text",
    "help_not_called",
    "checkin_open",
    "checkin_closed",
    "checkin_bad_choices",
    "agenda_full",
    "agenda_unknown_item",
    "timer_off",
    "unknown_term",
    "term_taken",
    "glossary_full",
    "note_bad_update",
    "note_full",
    "note_not_open",
    "too_many_notes",
    "microphone_forbidden",
    "screen_forbidden",
    "chat_forbidden",
    "room_locked",
    "must_wait",
    "not_waiting",
    "not_kept_out",
    "message_gone",
    "too_late",
    "image_gone",
    "images_full",
    "apart_impossible",
    "too_many_sets",
    "unknown_set",
    "offer_over",
    "revoked",
    "too_many_revoked",
]
"""Every code with which a room refuses a command (see `rooms.errors.Refused`)."""
