"""What whoever runs the server does to a room: its invitations revoked, its meeting ended, its name and size changed.

A revoked invitation is remembered until its own end, after which nobody could use it anyway.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms import rules
from rooms.commands import ChangeRoom, EndMeeting, RevokeInvitation
from rooms.context import Events
from rooms.errors import Refused
from rooms.events import (
    AnyEvent,
    BreakoutsClosed,
    InvitationRevoked,
    LobbyChanged,
    ParticipantLeft,
    RoomChanged,
)
from rooms.state import RoomState
from rooms.text import clean_line

REVOKED_MAX = 1000
"""Revoked invitations that are not over yet. None is forgotten for another: more are refused."""


def check_invitation(state: RoomState, invitation: str) -> None:
    """Raises `Refused("revoked")`."""
    if invitation in state.revoked:
        raise Refused("revoked")


# --- commands
# ------------------------------------------------------------------------------------------------


def revoke(state: RoomState, command: RevokeInvitation, now_ms: int) -> Events:
    """Raises `Refused("too_many_revoked")`."""
    events: list[AnyEvent] = []
    if command.invitation not in state.revoked:
        if len(_live(state.revoked, now_ms // 1000)) >= REVOKED_MAX:
            raise Refused("too_many_revoked")
        events.append(InvitationRevoked(invitation=command.invitation, until_s=command.until_s))
    seated = {participant.id for participant in state.participants}
    return (
        *events,
        *(
            ParticipantLeft(participant_id=who, reason="revoked")
            for who in command.participant_ids
            if who in seated
        ),
    )


def end_meeting(state: RoomState, command: EndMeeting, now_ms: int) -> Events:
    events: list[AnyEvent] = []
    if state.breakouts is not None:
        events.append(BreakoutsClosed(by=None))
    if state.lobby:
        waiting = tuple(one.participant_id for one in state.lobby)
        events.append(LobbyChanged(waiting=(), refused=waiting))
    return (*events, *(ParticipantLeft(participant_id=p.id, reason="ended") for p in state.participants))


def change(state: RoomState, command: ChangeRoom, now_ms: int) -> Events:
    """Raises `Refused("empty_text")`."""
    name = state.name if command.name is None else clean_line(command.name)
    capacity = state.capacity if command.capacity is None else command.capacity
    events: list[AnyEvent] = []
    if (name, capacity) != (state.name, state.capacity):
        events.append(RoomChanged(name=name, capacity=capacity))
    if command.rules is not None:
        events += rules.set_from_outside(state, command.rules)
    return tuple(events)


# --- what only the server keeps
# ------------------------------------------------------------------------------


def remember_revoked(state: RoomState, event: InvitationRevoked, at_ms: int) -> RoomState:
    """Those that are over make room."""
    revoked = {**_live(state.revoked, at_ms // 1000), event.invitation: event.until_s}
    return replace(state, revoked=revoked)


def _live(revoked: dict[str, int], now_s: int) -> dict[str, int]:
    return {invitation: until_s for invitation, until_s in revoked.items() if until_s > now_s}
