"""A room as it was after some event, and what of its people's requests had been done by then.

Folding a history gives both: the room's state (rooms/), and the ledger, from which a session can be opened again by a
process that never saw it, without doing anything twice.
"""

from __future__ import annotations

from typing import Final

import msgspec

from rooms import room
from rooms.events import ParticipantLeft, Recorded
from rooms.state import Limits, RoomState

REMEMBERED_REQUESTS: Final = 128
"""Of each seat; as many as a session remembers replies (`SessionLimits.remembered_replies`)."""


class SeatLedger(msgspec.Struct, frozen=True):
    """The newest session of a seat, and its last requests that made events, oldest first."""

    session_id: str
    done: tuple[tuple[int, int], ...] = ()
    """`ref`, and the `seq` of the last event that it made."""


Ledger = dict[str, SeatLedger]
"""Participant id to its ledger; never changed in place."""


class Checkpoint(msgspec.Struct, frozen=True):
    """The fold of a room's events up to `state.seq`."""

    state: RoomState = RoomState()
    ledger: Ledger = {}

    @property
    def seq(self) -> int:
        return self.state.seq

    def with_limits(self, limits: Limits) -> Checkpoint:
        """Bounds are the running server's, not those from when the checkpoint was kept."""
        return Checkpoint(msgspec.structs.replace(self.state, limits=limits), self.ledger)


def advance(before: Checkpoint, recorded: Recorded) -> Checkpoint:
    """The checkpoint after one more event. Cannot fail."""
    return Checkpoint(room.apply(before.state, recorded), note(before.ledger, recorded))


def note(ledger: Ledger, recorded: Recorded) -> Ledger:
    """Writes down which request made the event."""
    if isinstance(recorded.event, ParticipantLeft):
        return {who: seat for who, seat in ledger.items() if who != recorded.event.participant_id}
    cause = recorded.cause
    if cause is None:
        return ledger
    known = ledger.get(cause.participant_id)
    if cause.ref == 0:
        return {**ledger, cause.participant_id: SeatLedger(cause.session_id)}
    if known is None or known.session_id != cause.session_id:  # a session that was replaced meanwhile
        return ledger
    done = (*known.done, (cause.ref, recorded.seq))[-REMEMBERED_REQUESTS:]
    return {**ledger, cause.participant_id: SeatLedger(cause.session_id, done)}
