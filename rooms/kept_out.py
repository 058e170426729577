"""Who was removed, and is kept out until staff let them back in."""

from __future__ import annotations

from rooms.commands import ReadmitParticipant, RemoveParticipant
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import KeptOutChanged, ParticipantLeft
from rooms.model import KeptOut
from rooms.state import NOBODY, RoomState

KEPT_OUT_MAX = 500
"""So many people are kept out at most; whoever was removed first may then come back."""


def remove(command: RemoveParticipant, context: Context) -> Events:
    """Raises `Refused("unknown_participant")`."""
    return _removed(context.state, command.participant_id, context.actor.id, context.now_ms)


def remove_from_outside(state: RoomState, command: RemoveParticipant, now_ms: int) -> Events:
    """Anybody. Raises `Refused("unknown_participant")`."""
    return _removed(state, command.participant_id, NOBODY, now_ms)


def readmit(command: ReadmitParticipant, context: Context) -> Events:
    """Raises `Refused("not_kept_out")`."""
    return _readmitted(context.state, command.participant_id, context.actor.id)


def readmit_from_outside(state: RoomState, command: ReadmitParticipant, now_ms: int) -> Events:
    """Raises `Refused("not_kept_out")`."""
    return _readmitted(state, command.participant_id, NOBODY)


def _removed(state: RoomState, who: str, by: str, now_ms: int) -> Events:
    target = state.seat_or_refuse(who)
    entry = KeptOut(participant_id=target.id, name=target.name, at_ms=now_ms)
    return (
        ParticipantLeft(participant_id=target.id, reason="removed"),
        KeptOutChanged(kept_out=(*state.kept_out, entry)[-KEPT_OUT_MAX:], by=by),
    )


def _readmitted(state: RoomState, who: str, by: str) -> Events:
    left = tuple(one for one in state.kept_out if one.participant_id != who)
    if len(left) == len(state.kept_out):
        raise Refused("not_kept_out", who)
    return (KeptOutChanged(kept_out=left, by=by),)
