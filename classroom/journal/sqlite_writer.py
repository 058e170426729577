"""One SQLite file in WAL mode, and the one thread that writes to it.

Durability: `synchronous=FULL` syncs the write-ahead log at every commit (https://sqlite.org/pragma.html),
so what was acknowledged outlives the process and a loss of power. One thread writes: everything that
arrived while the last commit was on its way to the disk goes into the next one (group commit), so sixteen
people's commands cost one sync. Each piece of work has its savepoint: one that is refused takes no other down
with it.

What is deleted is overwritten with zeros (`secure_delete`); `truncate_log` takes it out of the write-ahead log, too.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

from classroom.journal.base import JournalFull, JournalUnavailable

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], None]
_Item = tuple[Work, "asyncio.Future[None]"]

BUSY_TIMEOUT_S: Final = 5.0
"""How long a writer waits for another process (the command line) that holds the file."""


class JournalUnusable(Exception):
    """The file cannot be opened, or was written by a newer version."""


class SqliteWriter:
    """Used from one event loop."""

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
        """Opens the file, making it (with `schema`, as this `version`) and its folder if need be. `migrations`: from each
        older version to the next. `name`: the thread's. `max_pages`: the file takes no more than so many of 4 KiB.
        Raises JournalUnusable."""
        self._loop = asyncio.get_running_loop()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = _open(path, schema, version, migrations or {})
            if max_pages is not None:
                connection.execute(f"PRAGMA max_page_count = {max_pages}")
        except (OSError, sqlite3.Error) as problem:
            reason = problem.strerror if isinstance(problem, OSError) else problem
            raise JournalUnusable(f"{path} cannot be used: {reason}. Check DATA_DIR.") from problem
        self._waiting: queue.Queue[_Item | None] = queue.Queue(queue_limit)
        self._thread = threading.Thread(target=self._write_all, args=(connection,), name=name, daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> asyncio.Future[None]:
        """Takes work now, in the order of the calls; the future resolves once it is durable, or raises what `work` raised.
        Raises JournalFull at once; the future JournalUnavailable, if the file did not take it."""
        done: asyncio.Future[None] = self._loop.create_future()
        try:
            self._waiting.put_nowait((work, done))
        except queue.Full:
            raise JournalFull(f"{self._waiting.maxsize} appends wait for the disk") from None
        return done

    async def close(self) -> None:
        """Waits until everything taken is durable."""
        await asyncio.to_thread(self._waiting.put, None)
        await asyncio.to_thread(self._thread.join)

    # --- the thread ---

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


def read(path: Path, select: Callable[[sqlite3.Connection], T]) -> T:
    """Reads on a connection of its own; for another thread than the loop's. Raises JournalUnavailable."""
    try:
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            return select(connection)
        finally:
            connection.close()
    except sqlite3.Error as failure:
        raise JournalUnavailable(str(failure)) from failure


def truncate_log(path: Path) -> None:
    """Moves everything from the write-ahead log into the file and empties the log; somebody who reads at this moment may put
    it off to the next time. For another thread than the loop's. Raises JournalUnavailable."""
    read(path, lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone())


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
        with suppress(sqlite3.Error):  # where even that fails, the next BEGIN does, too, and says so
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        unavailable = JournalUnavailable(str(failure))
        return [(item, unavailable) for item in batch]
    return outcomes


def _settle(outcomes: list[tuple[_Item, Exception | None]]) -> None:
    for (_, done), problem in outcomes:
        if done.cancelled():
            continue
        if problem is None:
            done.set_result(None)
        else:
            done.set_exception(problem)


def _open(path: Path, schema: str, known: int, migrations: Mapping[int, str]) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version < known:
        changes = [schema] if version == 0 else [migrations[one] for one in range(version, known)]
        for statement in ";".join(changes).split(";"):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {known}")
    connection.execute("COMMIT")
    if version > known:
        connection.close()
        raise JournalUnusable(
            f"{path} was written by a newer version (schema {version}, known: {known}). Run that version."
        )
    return connection
