"""The rules that staff set: what participants may do in the main room.

They bind participants only: staff, interpreters and captioners have work to do. In groups people are to
talk and to write, so microphones and chat are free there; the private word with the trainers is free
everywhere. Screens are forbidden everywhere: a share would travel with its owner into the main room.
Turning off is always allowed, and a microphone that is on stays on: muting is another command.
"""

from __future__ import annotations

from msgspec.structs import asdict, replace

from rooms import lobby
from rooms.commands import SetLayout, SetRules
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import LayoutChanged, MediaChanged, ParticipantLeft, RulesChanged, UnmuteAsked
from rooms.model import Channel, MediaFlags, Participant
from rooms.state import NOBODY, RoomState

# --- commands
# ------------------------------------------------------------------------------------------------


def set_rules(command: SetRules, context: Context) -> Events:
    return _changed(context.state, command, context.actor.id)


def set_from_outside(state: RoomState, command: SetRules) -> Events:
    return _changed(state, command, NOBODY)


def _changed(state: RoomState, command: SetRules, by: str) -> Events:
    changes = {name: wanted for name, wanted in asdict(command).items() if wanted is not None}
    rules = replace(state.rules, **changes)
    if rules == state.rules:
        return ()
    ended = tuple(
        # By themselves, where nobody in the room did it: the change of the rules is told to them, too.
        MediaChanged(participant_id=p.id, media=replace(p.media, screen=False), by=by or p.id)
        for p in state.participants
        if _bound(p) and p.media.screen and not rules.screen
    )
    let_in = lobby.admit_everybody(state) if not rules.lobby else ()
    return (*ended, *let_in, RulesChanged(rules=rules, by=by))


def set_layout(command: SetLayout, context: Context) -> Events:
    if command.layout == context.state.layout:
        return ()
    return (LayoutChanged(layout=command.layout, by=context.actor.id),)


# --- what they forbid
# ----------------------------------------------------------------------------------------


def _bound(participant: Participant) -> bool:
    return participant.role == "participant"


def check_media(state: RoomState, actor: Participant, wanted: MediaFlags) -> None:
    """Raises `Refused` if the actor may not turn on what they want to: "microphone_forbidden",
    "screen_forbidden"."""
    if not _bound(actor):
        return
    speaks = wanted.microphone and not actor.media.microphone
    if speaks and not state.rules.unmute and actor.breakout is None and not _invited_to_speak(state, actor):
        raise Refused("microphone_forbidden")
    if wanted.screen and not actor.media.screen and not state.rules.screen:
        raise Refused("screen_forbidden")


def _invited_to_speak(state: RoomState, actor: Participant) -> bool:
    has_floor = state.floor is not None and state.floor.participant_id == actor.id
    return has_floor or actor.id in state.may_unmute


def check_chat(state: RoomState, actor: Participant, channel: Channel) -> None:
    """Raises `Refused("chat_forbidden")`."""
    if _bound(actor) and channel == "room" and not state.rules.chat:
        raise Refused("chat_forbidden")


# --- what only the server keeps
# ------------------------------------------------------------------------------


def remember_asked(state: RoomState, event: UnmuteAsked) -> RoomState:
    return replace(state, may_unmute=state.may_unmute | {event.participant_id})


def remember_media(state: RoomState, event: MediaChanged) -> RoomState:
    """Being asked is good for once: turning the microphone on uses it up, a camera does not."""
    if not event.media.microphone:
        return state
    return replace(state, may_unmute=state.may_unmute - {event.participant_id})


def remember_left(state: RoomState, event: ParticipantLeft) -> RoomState:
    return replace(state, may_unmute=state.may_unmute - {event.participant_id})
