"""A journal that forgets everything with the process: for tests, and for rooms that nobody needs tomorrow."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from classroom.journal.base import (
    Fenced,
    History,
    JournalConflict,
    RoomExists,
    RoomListing,
    RoomNotFound,
    renamed,
)
from classroom.journal.checkpoint import Checkpoint
from rooms.events import Recorded, RoomCreated


@dataclass(slots=True)
class _Room:
    name: str
    created_at_ms: int
    events: list[Recorded]
    last_at_ms: int
    seq: int = 1
    token: int = 0
    checkpoint: Checkpoint | None = None


class MemoryJournal:
    """See `classroom.journal.base.Journal`."""

    def __init__(self) -> None:
        self._rooms: dict[str, _Room] = {}

    async def create(self, created: Recorded) -> None:
        if not isinstance(created.event, RoomCreated) or created.seq != 1:
            raise JournalConflict("a history starts with RoomCreated at seq 1")
        if created.event.room_id in self._rooms:
            raise RoomExists(created.event.room_id)
        self._rooms[created.event.room_id] = _Room(
            created.event.name, created.at_ms, [created], created.at_ms
        )

    async def fence(self, room_id: str, token: int) -> None:
        kept = self._room(room_id)
        if token < kept.token:
            raise Fenced(room_id)
        kept.token = token

    def append(self, room_id: str, events: Sequence[Recorded], token: int = 0) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._append(room_id, events, token)
        except Exception as problem:
            done.set_exception(problem)
        else:
            done.set_result(None)
        return done

    def _append(self, room_id: str, events: Sequence[Recorded], token: int) -> None:
        kept = self._room(room_id)
        if token != kept.token:
            raise Fenced(room_id)
        if [event.seq for event in events] != list(range(kept.seq + 1, kept.seq + len(events) + 1)):
            raise JournalConflict(f"{room_id}: {kept.seq} events kept")
        kept.events.extend(events)
        kept.name = renamed(events) or kept.name
        kept.seq, kept.last_at_ms = events[-1].seq, events[-1].at_ms

    async def keep(self, room_id: str, checkpoint: Checkpoint, token: int = 0) -> None:
        kept = self._room(room_id)
        if token != kept.token:
            raise Fenced(room_id)
        if checkpoint.seq > kept.seq:
            raise JournalConflict(f"{room_id}: {kept.seq} events kept")
        if kept.checkpoint is None or checkpoint.seq > kept.checkpoint.seq:
            kept.checkpoint = checkpoint

    async def load(self, room_id: str) -> History:
        kept = self._room(room_id)
        covered = kept.checkpoint.seq if kept.checkpoint is not None else 0
        return History(kept.checkpoint, [event for event in kept.events if event.seq > covered])

    async def events(self, room_id: str) -> list[Recorded]:
        return list(self._room(room_id).events)

    async def listing(self, room_id: str) -> RoomListing:
        for listing in await self.rooms():
            if listing.room_id == room_id:
                return listing
        raise RoomNotFound(room_id)

    async def rooms(self) -> list[RoomListing]:
        return [
            RoomListing(
                room_id,
                kept.name,
                kept.created_at_ms,
                kept.seq,
                kept.last_at_ms,
                kept.events[0].at_ms if kept.events else None,
            )
            for room_id, kept in sorted(
                self._rooms.items(), key=lambda room: (room[1].created_at_ms, room[0])
            )
        ]

    async def forget(self, room_id: str, before_ms: int) -> int:
        kept = self._rooms.get(room_id)
        if kept is None or kept.checkpoint is None:
            return 0
        covered = kept.checkpoint.seq
        rest = [event for event in kept.events if event.seq > covered or event.at_ms >= before_ms]
        gone = len(kept.events) - len(rest)
        kept.events = rest
        return gone

    async def erase(self, room_id: str) -> None:
        self._rooms.pop(room_id, None)

    async def close(self) -> None:
        self._rooms.clear()

    def _room(self, room_id: str) -> _Room:
        kept = self._rooms.get(room_id)
        if kept is None:
            raise RoomNotFound(room_id)
        return kept
