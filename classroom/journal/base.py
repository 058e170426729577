"""Where the events of rooms are kept: the interface, and what can go wrong.

A journal holds, for each room, its events in order of `seq`, from `RoomCreated` (seq 1) on, without gaps, and the newest
checkpoint: the room as it was after some event, so that loading folds only what came later. Events that a
checkpoint covers may be forgotten; nothing else ever is, but whole rooms (`erase`).

Who writes is fenced. Each owner of a room has a token, higher than every earlier owner's; the journal remembers the
highest it was shown (`fence`) and refuses appends under any other. A single server's token is always 0.

Every implementation passes tests/classroom/test_journal.py.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from classroom.journal.checkpoint import Checkpoint
from rooms.events import Recorded, RoomChanged


class RoomExists(Exception):
    """A room of this id is in the journal already."""


class RoomNotFound(Exception):
    """The journal has no room of this id."""


class JournalConflict(Exception):
    """The events do not continue the room's history: somebody else appended, or some were lost on the way."""


class Fenced(Exception):
    """Somebody with a higher token owns the room now; nothing of the call was kept."""


class JournalFull(Exception):
    """Too many appends wait for the store; nothing was taken."""


class JournalUnavailable(Exception):
    """The store did not take it (full, broken, away), and nothing of it will appear later. Another try may succeed."""


class RoomListing(NamedTuple):
    """A room as `Journal.rooms` lists it."""

    room_id: str
    name: str
    created_at_ms: int
    last_seq: int
    last_at_ms: int
    """When its newest event happened."""
    oldest_at_ms: int | None
    """When the oldest event that is still kept happened; None: all are in the checkpoint alone."""


def renamed(events: Sequence[Recorded]) -> str | None:
    """What the room is called after these events, by which it is listed; None: as before."""
    names = [recorded.event.name for recorded in events if isinstance(recorded.event, RoomChanged)]
    return names[-1] if names else None


class History(NamedTuple):
    """What `Journal.load` gives: fold `events` onto `checkpoint`."""

    checkpoint: Checkpoint | None
    events: list[Recorded]
    """Those after the checkpoint, oldest first; without one, all from seq 1 on."""


class Journal(Protocol):
    """Used from one event loop; nothing here blocks it."""

    async def create(self, created: Recorded) -> None:
        """Opens a room's history with its `RoomCreated`; durable on return. Raises RoomExists, JournalUnavailable."""

    async def fence(self, room_id: str, token: int) -> None:
        """From now on only appends under `token` are taken. Raises Fenced if a higher one was shown; RoomNotFound."""

    def append(self, room_id: str, events: Sequence[Recorded], token: int = 0) -> asyncio.Future[None]:
        """Takes events now, in the order of the calls; the future resolves once they are durable.

        All of a call's events are kept, or none. Raises JournalFull at once; the future raises RoomNotFound, Fenced,
        JournalUnavailable, or JournalConflict if the first `seq` is not the one after the last kept. After a failure
        the appends that were built on it fail by themselves, with JournalConflict.
        """

    async def keep(self, room_id: str, checkpoint: Checkpoint, token: int = 0) -> None:
        """Keeps a checkpoint in place of the one before. An older one than that is ignored. Raises as `append` does;
        JournalConflict if the journal is not as far as the checkpoint."""

    async def load(self, room_id: str) -> History:
        """The newest checkpoint and what came after it. Raises RoomNotFound, JournalUnavailable."""

    async def events(self, room_id: str) -> list[Recorded]:
        """Every event that is still kept, oldest first. Raises RoomNotFound, JournalUnavailable."""

    async def listing(self, room_id: str) -> RoomListing:
        """One room. Raises RoomNotFound, JournalUnavailable."""

    async def rooms(self) -> list[RoomListing]:
        """Every room, oldest first, those of one millisecond by id. Raises JournalUnavailable."""

    async def forget(self, room_id: str, before_ms: int) -> int:
        """Removes, beyond recovery, the events from before that time which the checkpoint covers; how many. An unknown
        room has none."""

    async def erase(self, room_id: str) -> None:
        """Removes a room and all of it, beyond recovery. An unknown room is erased already."""

    async def close(self) -> None:
        """Waits until everything taken is durable, then frees the store. Nothing may be called afterwards."""
