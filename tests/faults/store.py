"""The journal's disk: real SQLite, real SQL, without the thread. Commits take virtual time, stall, fail, and are lost with the
process."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random

from classroom.journal import sqlite, sqlite_writer
from classroom.journal.base import JournalFull, JournalUnavailable
from classroom.journal.sqlite_writer import Work
from classroom.notes import sqlite as notes
from tests.faults.loop import PROCESS, Process


@dataclass
class Disk:
    """What all writers share, and faults change. Times are the loop's."""

    chance: Random
    commit_s: float = 0.002
    """About how long a commit takes."""
    stalled_until: float = 0.0
    full_until: float = 0.0
    commits: int = 0
    refused: int = 0

    def heal(self) -> None:
        self.commit_s = 0.002
        self.stalled_until = self.full_until = 0.0


_disk: Disk | None = None


def use(disk: Disk) -> None:
    """The disk of every journal that is opened from now on."""
    global _disk
    _disk = disk


class Writer:
    """In place of `SqliteWriter`, with the same group commits."""

    def __init__(
        self,
        path: Path,
        schema: str,
        version: int,
        migrations: Mapping[int, str] | None = None,
        *,
        name: str,
        queue_limit: int,
        max_pages: int | None = None,
    ) -> None:
        assert _disk is not None
        self._disk = _disk
        self._loop = asyncio.get_running_loop()
        self._connection = sqlite_writer._open(path, schema, version, migrations or {})
        self._limit = queue_limit
        self._waiting: list[tuple[Work, asyncio.Future[None]]] = []
        self._busy = False
        self._process: Process | None = PROCESS.get()

    def submit(self, work: Work) -> asyncio.Future[None]:
        done: asyncio.Future[None] = self._loop.create_future()
        if len(self._waiting) >= self._limit:
            raise JournalFull(str(self._limit))
        self._waiting.append((work, done))
        self._begin()
        return done

    async def close(self) -> None:
        if self._waiting or self._busy:
            await self.submit(lambda _: None)
        self._connection.close()

    def abandon(self) -> None:
        """The process is gone: what was not committed never is."""
        self._connection.close()

    def _begin(self) -> None:
        if self._busy or not self._waiting:
            return
        self._busy = True
        batch, self._waiting = self._waiting, []
        took_s = self._disk.commit_s * self._disk.chance.uniform(0.5, 2.0)
        durable_s = took_s * self._disk.chance.random()
        self._loop.call_later(durable_s, self._commit, batch, took_s - durable_s)

    def _commit(self, batch: list[tuple[Work, asyncio.Future[None]]], rest_s: float) -> None:
        now = self._loop.time()
        if self._disk.stalled_until > now:
            self._loop.call_at(self._disk.stalled_until, self._commit, batch, rest_s)
            return
        if self._disk.full_until > now:
            self._disk.refused += 1
            full = JournalUnavailable("database or disk is full")
            outcomes = [(item, full) for item in batch]
        else:
            self._disk.commits += 1
            outcomes = sqlite_writer._commit(self._connection, batch)
        # Killed between here and there: durable, and nobody was told.
        self._loop.call_later(rest_s, self._settle, outcomes)

    def _settle(self, outcomes: list[tuple[tuple[Work, asyncio.Future[None]], Exception | None]]) -> None:
        sqlite_writer._settle(outcomes)
        self._busy = False
        self._begin()


def install() -> None:
    sqlite.SqliteWriter = notes.SqliteWriter = Writer  # type: ignore[misc, assignment]
