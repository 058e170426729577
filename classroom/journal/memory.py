"""A journal that forgets everything with the process: for tests, and for rooms that nobody needs tomorrow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from classroom.journal.base import JournalConflict, RoomExists, RoomListing, RoomNotFound
from rooms.events import Recorded, RoomCreated


class MemoryJournal:
    """See `classroom.journal.base.Journal`."""

    def __init__(self) -> None:
        self._rooms: dict[str, list[Recorded]] = {}

    async def create(self, created: Recorded) -> None:
        if not isinstance(created.event, RoomCreated) or created.seq != 1:
            raise JournalConflict("a history starts with RoomCreated at seq 1")
        if created.event.room_id in self._rooms:
            raise RoomExists(created.event.room_id)
        self._rooms[created.event.room_id] = [created]

    def append(self, room_id: str, events: Sequence[Recorded]) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        history = self._rooms.get(room_id)
        if history is None:
            done.set_exception(RoomNotFound(room_id))
        elif [event.seq for event in events] != list(range(len(history) + 1, len(history) + len(events) + 1)):
            done.set_exception(JournalConflict(f"{room_id}: {len(history)} events kept"))
        else:
            history.extend(events)
            done.set_result(None)
        return done

    async def load(self, room_id: str) -> list[Recorded]:
        if room_id not in self._rooms:
            raise RoomNotFound(room_id)
        return list(self._rooms[room_id])

    async def rooms(self) -> list[RoomListing]:
        listings = []
        for room_id, history in self._rooms.items():
            assert isinstance(history[0].event, RoomCreated)
            listings.append(RoomListing(room_id, history[0].event.name, history[0].at_ms, history[-1].seq))
        return listings

    async def close(self) -> None:
        self._rooms.clear()
