"""The journal of one machine: a single SQLite file in WAL mode, shared by the server and the command line.

`classroom.journal.sqlite_writer` makes appends durable together.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import msgspec

from classroom.journal.base import JournalConflict, RoomExists, RoomListing, RoomNotFound
from classroom.journal.sqlite_writer import SqliteWriter, read
from rooms.events import AnyEvent, Recorded, RoomCreated

SCHEMA_VERSION: Final = 1
SCHEMA: Final = """
CREATE TABLE room (
    room_id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    created_at_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE event (
    room_id TEXT NOT NULL REFERENCES room (room_id) ON DELETE CASCADE,
    seq INTEGER NOT NULL,
    at_ms INTEGER NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (room_id, seq)
) STRICT, WITHOUT ROWID;
"""
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[AnyEvent] = msgspec.msgpack.Decoder(AnyEvent)


class SqliteJournal:
    """See `classroom.journal.base.Journal`. `queue_limit`: how many appends may wait for the disk."""

    def __init__(self, path: Path, *, queue_limit: int = 10_000) -> None:
        """Opens the file, making it and its folder if need be. Raises JournalUnusable."""
        self._path = path
        self._writer = SqliteWriter(path, SCHEMA, SCHEMA_VERSION, name="journal", queue_limit=queue_limit)

    async def create(self, created: Recorded) -> None:
        if not isinstance(created.event, RoomCreated) or created.seq != 1:
            raise JournalConflict("a history starts with RoomCreated at seq 1")
        await self._writer.submit(partial(_insert_room, created=created, event=created.event))

    def append(self, room_id: str, events: Sequence[Recorded]) -> asyncio.Future[None]:
        rows = [(room_id, event.seq, event.at_ms, _encoder.encode(event.event)) for event in events]
        return self._writer.submit(partial(_insert_events, room_id=room_id, rows=rows))

    async def load(self, room_id: str) -> list[Recorded]:
        return await asyncio.to_thread(read, self._path, partial(_select_events, room_id=room_id))

    async def rooms(self) -> list[RoomListing]:
        return await asyncio.to_thread(read, self._path, _select_rooms)

    async def close(self) -> None:
        await self._writer.close()


# --- the thread's side --------------------------------------------------------------------------------------


def _insert_room(connection: sqlite3.Connection, created: Recorded, event: RoomCreated) -> None:
    try:
        connection.execute(
            "INSERT INTO room VALUES (?, ?, ?)",
            (event.room_id, event.name, created.at_ms),
        )
    except sqlite3.IntegrityError:
        raise RoomExists(event.room_id) from None
    connection.execute(
        "INSERT INTO event VALUES (?, ?, ?, ?)",
        (event.room_id, created.seq, created.at_ms, _encoder.encode(event)),
    )


def _insert_events(
    connection: sqlite3.Connection, room_id: str, rows: Sequence[tuple[str, int, int, bytes]]
) -> None:
    (last,) = connection.execute("SELECT max(seq) FROM event WHERE room_id = ?", (room_id,)).fetchone()
    if last is None:
        raise RoomNotFound(room_id)
    if [row[1] for row in rows] != list(range(last + 1, last + 1 + len(rows))):
        raise JournalConflict(f"{room_id}: {last} events kept")
    connection.executemany("INSERT INTO event VALUES (?, ?, ?, ?)", rows)


def _select_events(connection: sqlite3.Connection, room_id: str) -> list[Recorded]:
    rows = connection.execute("SELECT seq, at_ms, body FROM event WHERE room_id = ? ORDER BY seq", (room_id,))
    history = [Recorded(seq=seq, at_ms=at_ms, event=_decoder.decode(body)) for seq, at_ms, body in rows]
    if not history:
        raise RoomNotFound(room_id)
    return history


def _select_rooms(connection: sqlite3.Connection) -> list[RoomListing]:
    rows = connection.execute(
        "SELECT room_id, name, created_at_ms, "
        "(SELECT max(seq) FROM event WHERE event.room_id = room.room_id) "
        "FROM room ORDER BY created_at_ms, room_id"
    )
    return [RoomListing(*row) for row in rows]
