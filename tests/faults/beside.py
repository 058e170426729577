"""What is kept beside the journal in the simulation: the real notes in SQLite, the real files of images.

Where several nodes share them, writes are refused to owners of the past, as the scripts of `classroom.notes.redis` and
`classroom.images.redis` do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path

from classroom.images import store as images
from classroom.notes import sqlite as notes
from tests.faults.leases import LeaseStore


class FencedNotes(notes.SqliteNotes):
    def __init__(self, path: Path, leases: LeaseStore) -> None:
        super().__init__(path)
        self._leases = leases

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
        row = {"room_id": room_id, "note": note, "name": name, "text_bytes": text_bytes, "now_ms": now_ms}
        return self._fenced(room_id, token, partial(notes._insert, row={**row, "body": update}))

    def compact(self, room_id: str, note: str, whole: bytes, token: int = 0) -> asyncio.Future[None]:
        return self._fenced(room_id, token, partial(notes._replace, room_id=room_id, note=note, whole=whole))

    def _fenced(
        self, room_id: str, token: int, work: Callable[[sqlite3.Connection], None]
    ) -> asyncio.Future[None]:
        def checked(connection: sqlite3.Connection) -> None:
            self._leases.check(room_id, token)
            work(connection)

        return self._writer.submit(checked)


class FencedImages(images.ImageFiles):
    def __init__(self, folder: Path, leases: LeaseStore) -> None:
        super().__init__(folder)
        self._leases = leases

    async def write(self, room_id: str, image_id: str, data: bytes, token: int = 0) -> None:
        await asyncio.to_thread(
            self._checked, room_id, token, partial(images._write, self._of(room_id), image_id, data)
        )

    async def keep_only(self, room_id: str, kept: frozenset[str], token: int = 0) -> None:
        await asyncio.to_thread(
            self._checked, room_id, token, partial(images._keep_only, self._of(room_id), kept)
        )

    def _checked(self, room_id: str, token: int, work: Callable[[], None]) -> None:
        self._leases.check(room_id, token)
        work()
