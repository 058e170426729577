"""Where shared notes are kept: the interface, and the one for tests.

A note is a row of updates, oldest first; all of them together are the text. Where several nodes share a store, who writes is
fenced as in the journal (`classroom.journal.base`): the room's owner gives its token. Every implementation passes
tests/classroom/notes/test_store.py.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple, Protocol

from classroom.journal.base import JournalFull as JournalFull


class KeptNote(NamedTuple):
    """A note as `NoteStore.notes` lists it."""

    note: str
    name: str
    text_bytes: int
    changed_at_ms: int


class NoteStore(Protocol):
    """Used from one event loop; nothing here blocks it."""

    async def load(self, room_id: str, note: str) -> list[bytes]:
        """The updates of a note, oldest first; none: it has not been begun."""

    def append(
        self,
        room_id: str,
        note: str,
        name: str,
        update: bytes,
        *,
        text_bytes: int,
        now_ms: int,
        token: int = 0,
    ) -> asyncio.Future[None]:
        """Takes an update now, in the order of the calls; the future resolves once it is durable. The first one begins the
        note, with this `name`. Raises JournalFull at once."""

    def compact(self, room_id: str, note: str, whole: bytes, token: int = 0) -> asyncio.Future[None]:
        """Puts one update in the place of all that were taken before. Raises JournalFull at once."""

    async def notes(self, room_id: str) -> list[KeptNote]:
        """Every note of a room, in the order in which they were begun."""

    async def erase(self, room_id: str) -> None:
        """Removes every note of a room that nobody has in memory, beyond recovery. Raises JournalFull, JournalUnavailable."""

    async def close(self) -> None:
        """Waits until everything taken is durable, then frees the store. Nothing may be called afterwards."""


class MemoryNotes:
    """Forgets everything with the process."""

    def __init__(self) -> None:
        self._updates: dict[tuple[str, str], list[bytes]] = {}
        self._listed: dict[tuple[str, str], KeptNote] = {}

    async def load(self, room_id: str, note: str) -> list[bytes]:
        return list(self._updates.get((room_id, note), ()))

    def append(
        self,
        room_id: str,
        note: str,
        name: str,
        update: bytes,
        *,
        text_bytes: int,
        now_ms: int,
        token: int = 0,
    ) -> asyncio.Future[None]:
        key = (room_id, note)
        self._updates.setdefault(key, []).append(update)
        begun = self._listed.get(key)
        self._listed[key] = KeptNote(note, name if begun is None else begun.name, text_bytes, now_ms)
        return _done()

    def compact(self, room_id: str, note: str, whole: bytes, token: int = 0) -> asyncio.Future[None]:
        self._updates[room_id, note] = [whole]
        return _done()

    async def notes(self, room_id: str) -> list[KeptNote]:
        return [kept for (room, _), kept in self._listed.items() if room == room_id]

    async def erase(self, room_id: str) -> None:
        for key in [key for key in self._updates if key[0] == room_id]:
            del self._updates[key]
            self._listed.pop(key, None)

    async def close(self) -> None:
        self._updates.clear()


def _done() -> asyncio.Future[None]:
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    done.set_result(None)
    return done
