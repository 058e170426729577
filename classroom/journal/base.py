"""Where the events of rooms are kept: the interface, and what can go wrong.

A journal holds, for each room, its events in order of `seq`, from `RoomCreated` (seq 1) on, without gaps.
Every implementation passes tests/classroom/test_journal.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from rooms.events import Recorded


class RoomExists(Exception):
    """A room of this id is in the journal already."""


class RoomNotFound(Exception):
    """The journal has no room of this id."""


class JournalConflict(Exception):
    """The events do not continue the room's history: somebody else appended, or some were lost on the way."""


class JournalFull(Exception):
    """Too many appends wait for the disk; nothing was taken."""


class RoomListing(NamedTuple):
    """A room as `Journal.rooms` lists it."""

    room_id: str
    name: str
    created_at_ms: int
    last_seq: int


class Journal(Protocol):
    """Used from one event loop; nothing here blocks it."""

    async def create(self, created: Recorded) -> None:
        """Opens a room's history with its `RoomCreated`; durable on return. Raises RoomExists."""

    def append(self, room_id: str, events: Sequence[Recorded]) -> asyncio.Future[None]:
        """Takes events now, in the order of the calls; the future resolves once they are durable.

        All of a call's events are kept, or none. Raises JournalFull at once; the future raises RoomNotFound,
        or JournalConflict if the first `seq` is not the one after the last kept.
        """

    async def load(self, room_id: str) -> list[Recorded]:
        """The whole history of a room, oldest first. Raises RoomNotFound."""

    async def rooms(self) -> list[RoomListing]:
        """Every room, oldest first."""

    async def close(self) -> None:
        """Waits until everything taken is durable, then frees the store. Nothing may be called afterwards."""
