"""Shared notes in one SQLite file of their own, beside the rooms' journal.

Of their own, because what is kept is of another kind: the journal only ever grows and is the history of a room; the updates of
a note are opaque, many and small, and are merged into one from time to time. So a merge never holds up an event on its way to
the disk.
"""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from pathlib import Path
from typing import Final

from classroom.journal.sqlite_writer import SqliteWriter, read, truncate_log
from classroom.notes.store import KeptNote

SCHEMA_VERSION: Final = 1
SCHEMA: Final = """
CREATE TABLE note (
    room_id TEXT NOT NULL,
    note TEXT NOT NULL,
    name TEXT NOT NULL,
    text_bytes INTEGER NOT NULL,
    begun_at_ms INTEGER NOT NULL,
    changed_at_ms INTEGER NOT NULL,
    PRIMARY KEY (room_id, note)
) STRICT, WITHOUT ROWID;
CREATE TABLE note_update (
    number INTEGER PRIMARY KEY,
    room_id TEXT NOT NULL,
    note TEXT NOT NULL,
    body BLOB NOT NULL,
    FOREIGN KEY (room_id, note) REFERENCES note (room_id, note) ON DELETE CASCADE
) STRICT;
CREATE INDEX note_update_of ON note_update (room_id, note, number);
"""


class SqliteNotes:
    """See `classroom.notes.store.NoteStore`. `queue_limit`: how many updates may wait for the disk."""

    def __init__(self, path: Path, *, queue_limit: int = 10_000) -> None:
        """Opens the file, making it if need be. Raises JournalUnusable."""
        self._path = path
        self._writer = SqliteWriter(path, SCHEMA, SCHEMA_VERSION, name="notes", queue_limit=queue_limit)

    async def load(self, room_id: str, note: str) -> list[bytes]:
        return await asyncio.to_thread(read, self._path, partial(_select_updates, room_id=room_id, note=note))

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
        return self._writer.submit(partial(_insert, row={**row, "body": update}))

    def compact(self, room_id: str, note: str, whole: bytes, token: int = 0) -> asyncio.Future[None]:
        return self._writer.submit(partial(_replace, room_id=room_id, note=note, whole=whole))

    async def notes(self, room_id: str) -> list[KeptNote]:
        return await asyncio.to_thread(read, self._path, partial(_select_notes, room_id=room_id))

    async def erase(self, room_id: str) -> None:
        await self._writer.submit(partial(_delete, room_id=room_id))
        await asyncio.to_thread(truncate_log, self._path)

    async def close(self) -> None:
        await self._writer.close()


def _insert(connection: sqlite3.Connection, row: dict[str, object]) -> None:
    connection.execute(
        "INSERT INTO note VALUES (:room_id, :note, :name, :text_bytes, :now_ms, :now_ms) "
        "ON CONFLICT DO UPDATE SET text_bytes = excluded.text_bytes, changed_at_ms = excluded.changed_at_ms",
        row,
    )
    connection.execute("INSERT INTO note_update (room_id, note, body) VALUES (:room_id, :note, :body)", row)


def _replace(connection: sqlite3.Connection, room_id: str, note: str, whole: bytes) -> None:
    connection.execute("DELETE FROM note_update WHERE room_id = ? AND note = ?", (room_id, note))
    connection.execute(
        "INSERT INTO note_update (room_id, note, body) VALUES (?, ?, ?)", (room_id, note, whole)
    )


def _delete(connection: sqlite3.Connection, room_id: str) -> None:
    for table in ("note_update", "note"):
        connection.execute(f"DELETE FROM {table} WHERE room_id = ?", (room_id,))


def _select_updates(connection: sqlite3.Connection, room_id: str, note: str) -> list[bytes]:
    rows = connection.execute(
        "SELECT body FROM note_update WHERE room_id = ? AND note = ? ORDER BY number", (room_id, note)
    )
    return [body for (body,) in rows]


def _select_notes(connection: sqlite3.Connection, room_id: str) -> list[KeptNote]:
    rows = connection.execute(
        "SELECT note, name, text_bytes, changed_at_ms FROM note WHERE room_id = ? ORDER BY begun_at_ms, note",
        (room_id,),
    )
    return [KeptNote(*row) for row in rows]
