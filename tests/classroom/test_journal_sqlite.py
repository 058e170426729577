"""The file of one machine: what holds for it beyond tests/classroom/test_journal.py."""

from __future__ import annotations

import asyncio
import sqlite3
from functools import reduce
from pathlib import Path

import msgspec
import pytest

from classroom.journal import codec
from classroom.journal.base import History, JournalConflict, JournalFull, JournalUnavailable
from classroom.journal.checkpoint import Checkpoint, advance
from classroom.journal.sqlite import MIGRATIONS, SCHEMA, SCHEMA_VERSION, SqliteJournal
from classroom.journal.sqlite_writer import JournalUnusable, _open
from rooms.events import ChatPosted, HandRaised, Recorded
from rooms.model import ChatMessage
from tests.classroom.test_journal import created, hand


async def test_everything_is_there_after_reopening(tmp_path: Path) -> None:
    first = SqliteJournal(tmp_path / "deep" / "j.sqlite3")
    await first.create(created())
    await first.append("r1", [hand(2)])
    await first.close()
    second = SqliteJournal(tmp_path / "deep" / "j.sqlite3")
    assert await second.events("r1") == [created(), hand(2)]
    await second.close()


async def test_closing_waits_for_what_was_taken(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.sqlite3")
    await journal.create(created())
    futures = [journal.append("r1", [hand(seq)]) for seq in range(2, 102)]
    await journal.close()
    await asyncio.gather(*futures)
    again = SqliteJournal(tmp_path / "j.sqlite3")
    assert len(await again.events("r1")) == 101
    await again.close()


async def test_two_openers_share_the_file(tmp_path: Path) -> None:
    server, command_line = (SqliteJournal(tmp_path / "j.sqlite3") for _ in range(2))
    await command_line.create(created())
    await server.append("r1", [hand(2)])
    with pytest.raises(JournalConflict):
        await command_line.append("r1", [hand(2)])
    assert await command_line.events("r1") == [created(), hand(2)]
    await server.close()
    await command_line.close()


async def test_the_file_is_synced_at_every_commit(tmp_path: Path) -> None:
    connection = _open(tmp_path / "j.sqlite3", SCHEMA, SCHEMA_VERSION, MIGRATIONS)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
    connection.close()


async def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "j.sqlite3")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    connection.close()
    with pytest.raises(JournalUnusable, match="newer version"):
        SqliteJournal(tmp_path / "j.sqlite3")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "j.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 100)
    with pytest.raises(JournalUnusable):
        SqliteJournal(tmp_path / "j.sqlite3")


async def test_what_cannot_be_written_harms_no_other_append(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.sqlite3")
    await journal.create(created())
    too_large = Recorded(seq=2, at_ms=2**63, event=HandRaised(participant_id="ana", at_ms=0))
    with pytest.raises(OverflowError):
        await journal.append("r1", [too_large])
    await journal.append("r1", [hand(2)])
    assert await journal.events("r1") == [created(), hand(2)]
    await journal.close()


async def test_a_full_queue_takes_nothing_more(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.sqlite3", queue_limit=3)
    await journal.create(created())
    blocker = sqlite3.connect(tmp_path / "j.sqlite3", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")  # the writer now waits inside its transaction
    futures: list[asyncio.Future[None]] = []

    def append_until_full() -> None:
        for seq in range(2, 12):
            futures.append(journal.append("r1", [hand(seq)]))

    with pytest.raises(JournalFull):
        append_until_full()
    blocker.execute("ROLLBACK")
    blocker.close()
    await asyncio.gather(*futures)
    assert len(await journal.events("r1")) == 1 + len(futures)
    await journal.close()


async def test_a_full_disk_takes_nothing_and_loses_nothing(tmp_path: Path) -> None:
    """`max_page_count` makes SQLite say what a full disk makes it say (SQLITE_FULL)."""
    journal = SqliteJournal(tmp_path / "j.sqlite3", max_pages=40)
    await journal.create(created())
    seq, problem = 1, None
    while problem is None:
        events = [said(seq + 1), said(seq + 2)]
        try:
            await journal.append("r1", events)
            seq += 2
        except JournalUnavailable as full:
            problem = full
    assert "full" in str(problem)
    assert [event.seq for event in await journal.events("r1")] == list(range(1, seq + 1))
    with pytest.raises(JournalConflict):
        await journal.append("r1", [said(seq + 3)])  # what was built on the refused ones
    await journal.erase("r1")
    await journal.create(created("r2"))
    await journal.close()


async def test_a_file_of_the_first_version_is_taken_along(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "j.sqlite3")
    old.executescript(
        """
        CREATE TABLE room (
            room_id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at_ms INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE event (
            room_id TEXT NOT NULL REFERENCES room (room_id) ON DELETE CASCADE, seq INTEGER NOT NULL,
            at_ms INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY (room_id, seq)
        ) STRICT, WITHOUT ROWID;
        PRAGMA user_version = 1;
        """
    )
    old.execute("INSERT INTO room VALUES ('r1', 'Web', 1000)")
    for recorded in (created(), hand(2)):
        row = ("r1", recorded.seq, recorded.at_ms, codec.encode_event(recorded))
        old.execute("INSERT INTO event VALUES (?, ?, ?, ?)", row)
    old.commit()
    old.close()
    journal = SqliteJournal(tmp_path / "j.sqlite3")
    assert await journal.load("r1") == History(None, [created(), hand(2)])
    await journal.append("r1", [hand(3)])
    (listing,) = await journal.rooms()
    assert (listing.last_seq, listing.last_at_ms) == (3, 1_003)
    await journal.close()


async def test_what_is_erased_is_in_no_file(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.sqlite3")
    await journal.create(created())
    await journal.create(created("r2"))
    for room_id in ("r1", "r2"):
        await journal.append(room_id, [said(2), said(3)])
    assert b"my salary" in everything_in(tmp_path)
    await journal.erase("r1")
    assert b"my salary" in everything_in(tmp_path)
    kept = reduce(advance, [created("r2")], Checkpoint())  # a checkpoint after which the chat is gone
    await journal.keep("r2", msgspec.structs.replace(kept, state=msgspec.structs.replace(kept.state, seq=3)))
    assert await journal.forget("r2", 10_000) == 3
    assert b"my salary" not in everything_in(tmp_path)
    await journal.close()


async def test_a_checkpoint_of_another_version_is_not_used(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "j.sqlite3")
    await journal.create(created())
    await journal.keep("r1", reduce(advance, [created()], Checkpoint()))
    for written in (bytes([codec.CHECKPOINT_VERSION + 1]), bytes([codec.CHECKPOINT_VERSION]) + b"\x93"):
        file = sqlite3.connect(tmp_path / "j.sqlite3")
        file.execute("UPDATE room SET checkpoint = ?", (written,))
        file.commit()
        file.close()
        assert await journal.load("r1") == History(None, [created()])
    await journal.close()


def said(seq: int) -> Recorded:
    text = f"my salary {seq} " + "." * 2_000
    message = ChatMessage(
        id=seq,
        sender_id="ana",
        sender_name="Ana",
        channel="room",
        text=text,
        at_ms=1_000 + seq,
        breakout=None,
    )
    return Recorded(seq=seq, at_ms=1_000 + seq, event=ChatPosted(message=message))


def everything_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())
