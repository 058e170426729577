"""Coming, dropping, coming back, leaving.

A seat outlives connections: whoever drops is away and not connected, keeps place, rank and flags, and has
`Limits.seat_kept_ms` to return. A new session on a seat (`Join`) starts with everything off; a resumed one
(`Reconnect`) goes on as it was.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms import administration, lobby
from rooms.commands import (
    CallHelp,
    Disconnect,
    Join,
    Leave,
    RaiseHand,
    Reconnect,
    SetPresence,
)
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import (
    AnyEvent,
    FloorEnded,
    HandsLowered,
    MediaChanged,
    ParticipantJoined,
    ParticipantLeft,
    PresenceChanged,
    VoiceBroadcastChanged,
)
from rooms.help import ended_for, own_call
from rooms.media import screens_in
from rooms.model import STAFF, MediaFlags, Participant, Presence
from rooms.permissions import allowed
from rooms.roles import role_of
from rooms.state import RoomState
from rooms.text import clean_line

# --- commands
# ------------------------------------------------------------------------------------------------


def join(state: RoomState, command: Join, now_ms: int) -> Events:
    """A new seat, or the known one with a new session: it keeps place, rank and time of joining."""
    administration.check_invitation(state, command.invitation)
    lobby.check_door(state, command.participant_id, command.role)
    command = replace(command, role=role_of(state, command.participant_id, command.role))
    name = clean_line(command.name)
    known = state.seat(command.participant_id)
    if known is not None:
        return _take_up_again(state, known, replace(command, name=name), now_ms)
    if len(state.participants) >= state.capacity:
        raise Refused("room_full")
    participant = Participant(
        id=command.participant_id,
        name=name,
        role=command.role,
        presence="joined",
        connected=True,
        joined_at_ms=now_ms,
        presence_at_ms=now_ms,
        media=MediaFlags(),
    )
    return (ParticipantJoined(participant=participant),)


def _take_up_again(state: RoomState, known: Participant, command: Join, now_ms: int) -> Events:
    events: list[AnyEvent] = []
    if state.voice_broadcast == known.id:  # later turning the microphone on must not surprise every group
        events.append(VoiceBroadcastChanged(participant_id=None))
    hand_up = any(hand.participant_id == known.id for hand in state.hands)
    if hand_up and not allowed(RaiseHand, command.role):
        events.append(HandsLowered(participant_ids=(known.id,), by=known.id))
    has_floor = state.floor is not None and state.floor.participant_id == known.id
    if has_floor and not allowed(RaiseHand, command.role):
        events.append(FloorEnded(by=known.id))
    may_call = command.role not in STAFF and allowed(CallHelp, command.role)
    if own_call(state, known.id) is not None and not may_call:
        events.append(ended_for(known.id, by=known.id))
    stays = not known.visiting or command.role in STAFF  # only staff visit; the role may have changed
    participant = Participant(
        id=known.id,
        name=command.name,
        role=command.role,
        presence="joined",
        connected=True,
        joined_at_ms=known.joined_at_ms,
        presence_at_ms=now_ms,
        media=MediaFlags(),
        breakout=known.breakout if stays else None,
        visiting=known.visiting and stays,
    )
    return (*events, ParticipantJoined(participant=participant))


def disconnect(command: Disconnect, context: Context) -> Events:
    if not context.actor.connected:
        return ()
    return (_presence(context, "away", connected=False),)


def reconnect(command: Reconnect, context: Context) -> Events:
    """Back as before: away if the person had said so. A screen share that somebody replaced meanwhile is
    off."""
    state, actor = context.state, context.actor
    if actor.connected:
        return ()
    events: list[AnyEvent] = [
        _presence(context, "away" if actor.id in state.stepped_out else "joined", connected=True)
    ]
    if actor.media.screen and screens_in(state, actor.breakout, besides=actor.id):
        events.append(
            MediaChanged(participant_id=actor.id, media=replace(actor.media, screen=False), by=actor.id)
        )
    return tuple(events)


def set_presence(command: SetPresence, context: Context) -> Events:
    wanted: Presence = "away" if command.away else "joined"
    return () if context.actor.presence == wanted else (_presence(context, wanted, connected=True),)


def _presence(context: Context, presence: Presence, *, connected: bool) -> PresenceChanged:
    return PresenceChanged(
        participant_id=context.actor.id, presence=presence, connected=connected, at_ms=context.now_ms
    )


def leave(command: Leave, context: Context) -> Events:
    return (ParticipantLeft(participant_id=context.actor.id, reason="left"),)


# --- time
# ----------------------------------------------------------------------------------------------------


def expire(state: RoomState, now_ms: int) -> Events:
    """The seats that were kept long enough."""
    return tuple(
        ParticipantLeft(participant_id=p.id, reason="expired")
        for p in state.participants
        if not p.connected and now_ms >= p.presence_at_ms + state.limits.seat_kept_ms
    )


def next_expiry_ms(state: RoomState) -> int | None:
    dropped = [p.presence_at_ms for p in state.participants if not p.connected]
    return min(dropped) + state.limits.seat_kept_ms if dropped else None


# --- what only the server keeps
# ------------------------------------------------------------------------------


def remember_joined(state: RoomState, event: ParticipantJoined) -> RoomState:
    return replace(state, stepped_out=state.stepped_out - {event.participant.id})


def remember_presence(state: RoomState, event: PresenceChanged) -> RoomState:
    if not event.connected:
        return state
    if event.presence == "away":
        return replace(state, stepped_out=state.stepped_out | {event.participant_id})
    return replace(state, stepped_out=state.stepped_out - {event.participant_id})


def remember_left(state: RoomState, event: ParticipantLeft) -> RoomState:
    return replace(state, stepped_out=state.stepped_out - {event.participant_id})
