"""Who runs the room: a trainer makes a participant a co-trainer, and takes it back.

A role given here holds for the person, whatever their invitation says, when they come again too.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms.commands import SetRole
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import (
    AnyEvent,
    MediaChanged,
    ParticipantMoved,
    RoleChanged,
    VoiceBroadcastChanged,
)
from rooms.help import ended_for, own_call
from rooms.model import Role
from rooms.state import RoomState

GIVEN_MAX = 1000
"""To how many people a role may be given; beyond, the earliest have their invitation's again."""
GIVEN_TO: frozenset[Role] = frozenset({"participant", "co_trainer"})


def role_of(state: RoomState, participant_id: str, invited_as: Role) -> Role:
    return state.roles.get(participant_id, invited_as)


def set_role(command: SetRole, context: Context) -> Events:
    """Who is no longer staff stops what only staff do: a visit, the voice in all groups, a screen that the
    rules forbid. Raises `Refused("not_allowed")` for people with other roles."""
    state, actor = context.state, context.actor
    target = state.seat_or_refuse(command.participant_id)
    if target.role not in GIVEN_TO:
        raise Refused("not_allowed", target.role)
    if target.role == command.role:
        return ()
    events: list[AnyEvent] = []
    if command.role == "participant":
        if state.voice_broadcast == target.id:
            events.append(VoiceBroadcastChanged(participant_id=None))
        if target.visiting:
            events.append(ParticipantMoved(participant_id=target.id, group=None, visiting=False, by=actor.id))
        if target.media.screen and not state.rules.screen:
            off = replace(target.media, screen=False)
            events.append(MediaChanged(participant_id=target.id, media=off, by=actor.id))
    elif own_call(state, target.id) is not None:  # staff have nobody to call
        events.append(ended_for(target.id, by=actor.id))
    events.append(RoleChanged(participant_id=target.id, role=command.role, by=actor.id))
    return tuple(events)


def remember_role(state: RoomState, event: RoleChanged) -> RoomState:
    roles = {**state.roles, event.participant_id: event.role}
    for earliest in list(roles)[: max(0, len(roles) - GIVEN_MAX)]:
        del roles[earliest]
    return replace(state, roles=roles)
