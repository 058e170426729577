"""The records of one machine: a SQLite file of their own, shared by the server and the command line."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import partial
from pathlib import Path
from typing import Final

from classroom.journal.sqlite_writer import SqliteWriter, read
from classroom.records.base import PAGE

SCHEMA_VERSION: Final = 1
SCHEMA: Final = """
CREATE TABLE record (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (kind, key)
) STRICT, WITHOUT ROWID;
"""
LAST: Final = "\U0010ffff"
"""Sorts after every key that goes on."""


class SqliteRecords:
    """See `classroom.records.base.Records`."""

    def __init__(self, path: Path, *, queue_limit: int = 1_000) -> None:
        """Opens the file, making it if need be. Raises JournalUnusable."""
        self._path = path
        self._writer = SqliteWriter(path, SCHEMA, SCHEMA_VERSION, name="records", queue_limit=queue_limit)

    async def add(self, kind: str, key: str, value: bytes) -> bytes | None:
        there: list[bytes] = []

        def work(connection: sqlite3.Connection) -> None:
            kept = connection.execute(
                "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (kind, key, value)
            )
            if not kept.rowcount:
                there.append(_select(connection, kind, key) or b"")

        await self._writer.submit(work)
        return there[0] if there else None

    async def put(self, kind: str, key: str, value: bytes) -> None:
        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "INSERT INTO record VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
                (kind, key, value),
            )

        await self._writer.submit(work)

    async def get(self, kind: str, key: str) -> bytes | None:
        return await asyncio.to_thread(read, self._path, partial(_select, kind=kind, key=key))

    async def remove(self, kind: str, key: str) -> bool:
        gone: list[int] = []

        def work(connection: sqlite3.Connection) -> None:
            deleted = connection.execute("DELETE FROM record WHERE kind = ? AND key = ?", (kind, key))
            gone.append(deleted.rowcount)

        await self._writer.submit(work)
        return bool(sum(gone))

    async def page(
        self, kind: str, prefix: str = "", after: str = "", limit: int = PAGE
    ) -> list[tuple[str, bytes]]:
        def select(connection: sqlite3.Connection) -> list[tuple[str, bytes]]:
            return connection.execute(
                "SELECT key, value FROM record WHERE kind = ? AND key >= ? AND key < ? AND key > ? "
                "ORDER BY key LIMIT ?",
                (kind, prefix, prefix + LAST, after, limit),
            ).fetchall()

        return await asyncio.to_thread(read, self._path, select)

    async def close(self) -> None:
        await self._writer.close()


def _select(connection: sqlite3.Connection, kind: str, key: str) -> bytes | None:
    found: tuple[bytes] | None = connection.execute(
        "SELECT value FROM record WHERE kind = ? AND key = ?", (kind, key)
    ).fetchone()
    return None if found is None else found[0]
