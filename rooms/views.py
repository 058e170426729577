"""What each person sees of a room.

`snapshot` is what a joiner gets, `view` what of an event a viewer may see, `fold` how a client takes it in
(the reference for client/src/core's reducer, shown equal by tests/golden/room_traces.json). For every
viewer, always: `fold(snapshot(before, v), seq, view(after, recorded, v)) == snapshot(after, v)`; the
exception is a viewer's own `ParticipantJoined` with another role, for joining opens a session with a fresh
snapshot.
"""

from __future__ import annotations

from rooms.events import Recorded, ViewedEvent
from rooms.model import Snapshot
from rooms.state import RoomState

Views = tuple[tuple[ViewedEvent, frozenset[str]], ...]
"""Each distinct view of one event with the ids of those who get it."""


def view(state_after: RoomState, recorded: Recorded, viewer_id: str) -> ViewedEvent:
    """What of `recorded` the viewer may see: the event, a part of it, or `Hidden`.

    `state_after` is the state right after this very event. Whoever holds no seat sees nothing, but for
    their own leaving.
    """
    raise NotImplementedError


def views(state_after: RoomState, recorded: Recorded) -> Views:
    """`view` for everybody at once: every seat, connected or not, and the one who just left.

    Encode each view once; keep the result as long as a session may resume, because who may see an event is
    settled when it happens.
    """
    raise NotImplementedError


def snapshot(state: RoomState, viewer_id: str) -> Snapshot:
    """All that the viewer may see now. Raises `Refused("not_here")` for whoever holds no seat."""
    raise NotImplementedError


def fold(before: Snapshot, seq: int, event: ViewedEvent) -> Snapshot:
    """The viewer's next snapshot. Raises `ValueError` if `seq` does not follow: ask for a fresh snapshot
    then."""
    raise NotImplementedError
