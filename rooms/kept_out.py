"""Who was removed, and is kept out until staff let them back in."""

from __future__ import annotations

from rooms.commands import ReadmitParticipant, RemoveParticipant
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import KeptOutChanged, ParticipantLeft
from rooms.model import KeptOut

KEPT_OUT_MAX = 500
"""So many people are kept out at most; whoever was removed first may then come back."""


def remove(command: RemoveParticipant, context: Context) -> Events:
    state, actor = context.state, context.actor
    target = state.seat_or_refuse(command.participant_id)
    entry = KeptOut(participant_id=target.id, name=target.name, at_ms=context.now_ms)
    return (
        ParticipantLeft(participant_id=target.id, reason="removed"),
        KeptOutChanged(kept_out=(*state.kept_out, entry)[-KEPT_OUT_MAX:], by=actor.id),
    )


def readmit(command: ReadmitParticipant, context: Context) -> Events:
    """Raises `Refused("not_kept_out")`."""
    kept_out = context.state.kept_out
    left = tuple(one for one in kept_out if one.participant_id != command.participant_id)
    if len(left) == len(kept_out):
        raise Refused("not_kept_out", command.participant_id)
    return (KeptOutChanged(kept_out=left, by=context.actor.id),)
