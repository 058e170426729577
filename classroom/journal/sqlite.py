"""The journal of one machine: a single SQLite file in WAL mode, shared by the server and the command line.

`classroom.journal.sqlite_writer` makes appends durable together.

Erasing: `secure_delete` overwrites what is deleted with zeros, and a checkpoint that truncates the log follows, so
that neither file has it any more. Copies that were made before (backups, a file system's snapshots) do.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

from classroom.journal import codec
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
from classroom.journal.sqlite_writer import SqliteWriter, read, truncate_log
from rooms.events import Recorded, RoomCreated

SCHEMA_VERSION: Final = 2
SCHEMA: Final = """
CREATE TABLE room (
    room_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL,
    last_seq INTEGER NOT NULL DEFAULT 1,
    last_at_ms INTEGER NOT NULL DEFAULT 0,
    token INTEGER NOT NULL DEFAULT 0,
    checkpoint_seq INTEGER NOT NULL DEFAULT 0,
    checkpoint BLOB
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
    room_id TEXT NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    cause BLOB,
    PRIMARY KEY (room_id, seq)
) STRICT, WITHOUT ROWID;
"""
MIGRATIONS: Final = {
    1: """
ALTER TABLE room ADD COLUMN last_seq INTEGER NOT NULL DEFAULT 1;
ALTER TABLE room ADD COLUMN last_at_ms INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room ADD COLUMN token INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room ADD COLUMN checkpoint_seq INTEGER NOT NULL DEFAULT 0;
ALTER TABLE room ADD COLUMN checkpoint BLOB;
ALTER TABLE event ADD COLUMN cause BLOB;
UPDATE room SET
    last_seq = (SELECT max(seq) FROM event WHERE event.room_id = room.room_id),
    last_at_ms = (SELECT max(at_ms) FROM event WHERE event.room_id = room.room_id);
"""
}
"""From each version to the next."""


class SqliteJournal:
    """See `classroom.journal.base.Journal`. `queue_limit`: how many appends may wait for the disk. `max_pages`: the file takes
    no more than so many of 4 KiB."""

    def __init__(self, path: Path, *, queue_limit: int = 10_000, max_pages: int | None = None) -> None:
        """Opens the file, making it and its folder if need be. Raises JournalUnusable."""
        self._path = path
        self._writer = SqliteWriter(
            path,
            SCHEMA,
            SCHEMA_VERSION,
            MIGRATIONS,
            name="journal",
            queue_limit=queue_limit,
            max_pages=max_pages,
        )

    async def create(self, created: Recorded) -> None:
        if not isinstance(created.event, RoomCreated) or created.seq != 1:
            raise JournalConflict("a history starts with RoomCreated at seq 1")
        await self._writer.submit(partial(_insert_room, created=created, event=created.event))

    async def fence(self, room_id: str, token: int) -> None:
        await self._writer.submit(partial(_raise_token, room_id=room_id, token=token))

    def append(self, room_id: str, events: Sequence[Recorded], token: int = 0) -> asyncio.Future[None]:
        rows = [
            (room_id, event.seq, event.at_ms, codec.encode_event(event), codec.encode_cause(event) or None)
            for event in events
        ]
        name = renamed(events)
        return self._writer.submit(
            partial(_insert_events, room_id=room_id, rows=rows, token=token, name=name)
        )

    async def keep(self, room_id: str, checkpoint: Checkpoint, token: int = 0) -> None:
        await self._writer.submit(partial(_keep, room_id=room_id, checkpoint=checkpoint, token=token))

    async def load(self, room_id: str) -> History:
        return await asyncio.to_thread(read, self._path, partial(_select_history, room_id=room_id))

    async def events(self, room_id: str) -> list[Recorded]:
        return await asyncio.to_thread(read, self._path, partial(_select_events, room_id=room_id))

    async def listing(self, room_id: str) -> RoomListing:
        found = await asyncio.to_thread(read, self._path, partial(_select_rooms, room_id=room_id))
        if not found:
            raise RoomNotFound(room_id)
        return found[0]

    async def rooms(self) -> list[RoomListing]:
        return await asyncio.to_thread(read, self._path, _select_rooms)

    async def forget(self, room_id: str, before_ms: int) -> int:
        gone: list[int] = []
        await self._writer.submit(partial(_forget, room_id=room_id, before_ms=before_ms, gone=gone))
        await self._truncate_log()
        return sum(gone)

    async def erase(self, room_id: str) -> None:
        await self._writer.submit(lambda connection: _erase(connection, room_id))
        await self._truncate_log()

    async def _truncate_log(self) -> None:
        """Takes what was overwritten out of the write-ahead log, too; a reader may put it off to the next time."""
        await asyncio.to_thread(truncate_log, self._path)

    async def close(self) -> None:
        await self._writer.close()


# --- in the writer's thread ----------------------------------------------------------------------------------


def _insert_room(connection: sqlite3.Connection, created: Recorded, event: RoomCreated) -> None:
    try:
        connection.execute(
            "INSERT INTO room (room_id, name, created_at_ms, last_at_ms) VALUES (?, ?, ?, ?)",
            (event.room_id, event.name, created.at_ms, created.at_ms),
        )
    except sqlite3.IntegrityError:
        raise RoomExists(event.room_id) from None
    connection.execute(
        "INSERT INTO event VALUES (?, ?, ?, ?, NULL)",
        (event.room_id, created.seq, created.at_ms, codec.encode_event(created)),
    )


def _raise_token(connection: sqlite3.Connection, room_id: str, token: int) -> None:
    _, highest = _room(connection, room_id)
    if token < highest:
        raise Fenced(room_id)
    connection.execute("UPDATE room SET token = ? WHERE room_id = ?", (token, room_id))


def _insert_events(
    connection: sqlite3.Connection,
    room_id: str,
    rows: Sequence[tuple[str, int, int, bytes, bytes | None]],
    token: int,
    name: str | None,
) -> None:
    last = _checked(connection, room_id, token)
    if [row[1] for row in rows] != list(range(last + 1, last + 1 + len(rows))):
        raise JournalConflict(f"{room_id}: {last} events kept")
    connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?, ?)", rows)
    _, seq, at_ms, _, _ = rows[-1]
    connection.execute(
        "UPDATE room SET last_seq = ?, last_at_ms = ?, name = coalesce(?, name) WHERE room_id = ?",
        (seq, at_ms, name, room_id),
    )


def _keep(connection: sqlite3.Connection, room_id: str, checkpoint: Checkpoint, token: int) -> None:
    last = _checked(connection, room_id, token)
    if checkpoint.seq > last:
        raise JournalConflict(f"{room_id}: {last} events kept")
    connection.execute(
        "UPDATE room SET checkpoint = ?, checkpoint_seq = ? WHERE room_id = ? AND checkpoint_seq < ?",
        (codec.encode_checkpoint(checkpoint), checkpoint.seq, room_id, checkpoint.seq),
    )


def _forget(connection: sqlite3.Connection, room_id: str, before_ms: int, gone: list[int]) -> None:
    cursor = connection.execute(
        "DELETE FROM event WHERE room_id = ? AND at_ms < ? "
        "AND seq <= (SELECT checkpoint_seq FROM room WHERE room.room_id = event.room_id)",
        (room_id, before_ms),
    )
    gone.append(cursor.rowcount)


def _erase(connection: sqlite3.Connection, room_id: str) -> None:
    connection.execute("DELETE FROM room WHERE room_id = ?", (room_id,))


def _checked(connection: sqlite3.Connection, room_id: str, token: int) -> int:
    """The room's newest `seq`, if whoever has this token may write."""
    last, highest = _room(connection, room_id)
    if token != highest:
        raise Fenced(room_id)
    return last


def _room(connection: sqlite3.Connection, room_id: str) -> tuple[int, int]:
    """Its newest `seq`, and the highest token."""
    found: tuple[int, int] | None = connection.execute(
        "SELECT last_seq, token FROM room WHERE room_id = ?", (room_id,)
    ).fetchone()
    if found is None:
        raise RoomNotFound(room_id)
    return found


# --- in a thread that reads -------------------------------------------------------------------------------


def _select_history(connection: sqlite3.Connection, room_id: str) -> History:
    connection.execute("BEGIN")  # both are read from one state of the file
    row = connection.execute(
        "SELECT checkpoint_seq, checkpoint FROM room WHERE room_id = ?", (room_id,)
    ).fetchone()
    if row is None:
        raise RoomNotFound(room_id)
    seq, data = row
    checkpoint = codec.decode_checkpoint(data) if data is not None else None
    return History(checkpoint, _rows(connection, room_id, seq if checkpoint is not None else 0))


def _select_events(connection: sqlite3.Connection, room_id: str) -> list[Recorded]:
    _room(connection, room_id)
    return _rows(connection, room_id, 0)


def _rows(connection: sqlite3.Connection, room_id: str, after: int) -> list[Recorded]:
    rows = connection.execute(
        "SELECT seq, at_ms, body, cause FROM event WHERE room_id = ? AND seq > ? ORDER BY seq",
        (room_id, after),
    )
    return [codec.decode(*row) for row in rows]


def _select_rooms(connection: sqlite3.Connection, room_id: str | None = None) -> list[RoomListing]:
    """Every room, or the one of this id."""
    rows = connection.execute(
        "SELECT room_id, name, created_at_ms, last_seq, last_at_ms, "
        "(SELECT at_ms FROM event WHERE event.room_id = room.room_id ORDER BY seq LIMIT 1) "
        "FROM room WHERE room_id = coalesce(?, room_id) ORDER BY created_at_ms, room_id",
        (room_id,),
    )
    return [RoomListing(*row) for row in rows]
