"""The journal of one machine: a single SQLite file in WAL mode, shared by the server and the command line.

Durability: `synchronous=FULL` syncs the write-ahead log at every commit (https://sqlite.org/pragma.html),
so what was acknowledged outlives the process and a loss of power. One thread writes: everything that
arrived while the last commit was on its way to the disk goes into the next one (group commit), so sixteen
people's commands cost one sync. Each append has its savepoint: one that conflicts takes no other down with
it.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from classroom.journal.base import JournalConflict, JournalFull, RoomExists, RoomListing, RoomNotFound
from rooms.events import AnyEvent, Recorded, RoomCreated

T = TypeVar("T")

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
BUSY_TIMEOUT_S: Final = 5.0
"""How long a writer waits for another process (the command line) that holds the file."""

_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[AnyEvent] = msgspec.msgpack.Decoder(AnyEvent)
_Work = Callable[[sqlite3.Connection], None]
_Item = tuple[_Work, "asyncio.Future[None]"]


class JournalUnusable(Exception):
    """The file cannot be opened, or was written by a newer version."""


class SqliteJournal:
    """See `classroom.journal.base.Journal`. `queue_limit`: how many appends may wait for the disk."""

    def __init__(self, path: Path, *, queue_limit: int = 10_000) -> None:
        """Opens the file, making it and its folder if need be. Raises JournalUnusable."""
        self._path = path
        self._loop = asyncio.get_running_loop()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _open(path)
        except (OSError, sqlite3.Error) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else problem
            raise JournalUnusable(f"{path} cannot be used: {reason}. Check DATA_DIR.") from problem
        self._waiting: queue.Queue[_Item | None] = queue.Queue(queue_limit)
        self._writer = threading.Thread(
            target=self._write_all, args=(connection,), name="journal", daemon=True
        )
        self._writer.start()

    async def create(self, created: Recorded) -> None:
        if not isinstance(created.event, RoomCreated) or created.seq != 1:
            raise JournalConflict("a history starts with RoomCreated at seq 1")
        await self._submit(partial(_insert_room, created=created, event=created.event))

    def append(self, room_id: str, events: Sequence[Recorded]) -> asyncio.Future[None]:
        rows = [(room_id, event.seq, event.at_ms, _encoder.encode(event.event)) for event in events]
        return self._submit(partial(_insert_events, room_id=room_id, rows=rows))

    async def load(self, room_id: str) -> list[Recorded]:
        return await asyncio.to_thread(_read, self._path, partial(_select_events, room_id=room_id))

    async def rooms(self) -> list[RoomListing]:
        return await asyncio.to_thread(_read, self._path, _select_rooms)

    async def close(self) -> None:
        await asyncio.to_thread(self._waiting.put, None)
        await asyncio.to_thread(self._writer.join)

    def _submit(self, work: _Work) -> asyncio.Future[None]:
        done: asyncio.Future[None] = self._loop.create_future()
        try:
            self._waiting.put_nowait((work, done))
        except queue.Full:
            raise JournalFull(f"{self._waiting.maxsize} appends wait for the disk") from None
        return done

    # --- the writer's thread ---

    def _write_all(self, connection: sqlite3.Connection) -> None:
        while (item := self._waiting.get()) is not None:
            batch = [item]
            last = False
            while not self._waiting.empty():
                if (item := self._waiting.get_nowait()) is None:
                    last = True
                    break
                batch.append(item)
            outcomes = _commit(connection, batch)
            self._loop.call_soon_threadsafe(_settle, outcomes)
            if last:
                break
        connection.close()


def _commit(connection: sqlite3.Connection, batch: Sequence[_Item]) -> list[tuple[_Item, Exception | None]]:
    outcomes: list[tuple[_Item, Exception | None]] = []
    try:
        connection.execute("BEGIN IMMEDIATE")
        for item in batch:
            connection.execute("SAVEPOINT one")
            problem: Exception | None = None
            try:
                item[0](connection)
            except sqlite3.Error:
                raise
            except (
                Exception
            ) as refused:  # a conflict, or a bug: the writer goes on, or nothing would ever be kept again
                problem = refused
                connection.execute("ROLLBACK TO one")
            connection.execute("RELEASE one")
            outcomes.append((item, problem))
        connection.execute("COMMIT")
    except sqlite3.Error as failure:  # disk full, file gone: nothing of the batch is kept
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        return [(item, failure) for item in batch]
    return outcomes


def _settle(outcomes: list[tuple[_Item, Exception | None]]) -> None:
    for (_, done), problem in outcomes:
        if done.cancelled():
            continue
        if problem is None:
            done.set_result(None)
        else:
            done.set_exception(problem)


# --- the file --------------------------------------------------------------------------------------------


def _open(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version == 0:
        for statement in SCHEMA.split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")
    if version > SCHEMA_VERSION:
        connection.close()
        raise JournalUnusable(
            f"{path} was written by a newer version (schema {version}, known: {SCHEMA_VERSION}). Run that version."
        )
    return connection


def _read(path: Path, select: Callable[[sqlite3.Connection], list[T]]) -> list[T]:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    try:
        return select(connection)
    finally:
        connection.close()


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
