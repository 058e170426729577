"""What a handler of commands is given."""

from __future__ import annotations

from dataclasses import dataclass

from rooms.events import AnyEvent
from rooms.model import Participant
from rooms.state import RoomState

Events = tuple[AnyEvent, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """The room as it is, who asks, and the two things a room does not have itself: the time and chance."""

    state: RoomState
    actor: Participant
    """Holds a seat, and may give this command (`rooms.permissions` has been asked)."""
    now_ms: int
    chance: int
