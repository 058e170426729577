"""One contract, every journal."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from classroom.journal.base import (
    Journal,
    JournalConflict,
    JournalFull,
    RoomExists,
    RoomListing,
    RoomNotFound,
)
from classroom.journal.memory import MemoryJournal
from classroom.journal.sqlite import SCHEMA, SCHEMA_VERSION, SqliteJournal
from classroom.journal.sqlite_writer import JournalUnusable
from rooms.events import ChatPosted, HandRaised, Recorded, RoomCreated
from rooms.model import ChatMessage


def created(room_id: str = "r1", at_ms: int = 1_000) -> Recorded:
    return Recorded(seq=1, at_ms=at_ms, event=RoomCreated(room_id=room_id, name="Web", capacity=16))


def hand(seq: int, who: str = "ana") -> Recorded:
    return Recorded(seq=seq, at_ms=1_000 + seq, event=HandRaised(participant_id=who, at_ms=1_000 + seq))


@pytest.fixture(params=["memory", "sqlite"])
async def journal(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journal]:
    made: Journal = MemoryJournal() if request.param == "memory" else SqliteJournal(tmp_path / "j.sqlite3")
    yield made
    await made.close()


async def test_a_room_is_read_as_it_was_written(journal: Journal) -> None:
    message = ChatMessage(
        id=3, sender_id="ana", sender_name="Ana", channel="room", text="élève 🎓 \x00", at_ms=5, breakout=None
    )
    events = [hand(2), Recorded(seq=3, at_ms=5, event=ChatPosted(message=message, evicted=(1, 2)))]
    await journal.create(created())
    await journal.append("r1", events)
    assert await journal.load("r1") == [created(), *events]


async def test_appends_keep_the_order_of_the_calls(journal: Journal) -> None:
    await journal.create(created())
    await asyncio.gather(*(journal.append("r1", [hand(seq)]) for seq in range(2, 202)))
    assert [event.seq for event in await journal.load("r1")] == list(range(1, 202))


async def test_futures_resolve_in_the_order_of_the_calls(journal: Journal) -> None:
    await journal.create(created())
    done: list[int] = []
    futures = []
    for seq in range(2, 52):
        future = journal.append("r1", [hand(seq)])
        future.add_done_callback(partial(lambda seq, _: done.append(seq), seq))
        futures.append(future)
    await asyncio.gather(*futures)
    assert done == list(range(2, 52))


async def test_rooms_are_listed_oldest_first(journal: Journal) -> None:
    await journal.create(created("b", at_ms=10))
    await journal.create(created("a", at_ms=20))
    await journal.append("a", [hand(2), hand(3)])
    assert await journal.rooms() == [RoomListing("b", "Web", 10, 1), RoomListing("a", "Web", 20, 3)]


async def test_a_room_is_created_once(journal: Journal) -> None:
    await journal.create(created())
    with pytest.raises(RoomExists):
        await journal.create(created())
    assert await journal.load("r1") == [created()]


async def test_a_history_starts_with_its_creation(journal: Journal) -> None:
    with pytest.raises(JournalConflict):
        await journal.create(hand(1))
    assert await journal.rooms() == []


async def test_unknown_rooms_are_refused(journal: Journal) -> None:
    with pytest.raises(RoomNotFound):
        await journal.load("nowhere")
    with pytest.raises(RoomNotFound):
        await journal.append("nowhere", [hand(2)])


@pytest.mark.parametrize("seqs", [[3], [1], [2, 2], [2, 4]], ids=str)
async def test_events_that_do_not_continue_the_history_are_refused_whole(
    journal: Journal, seqs: list[int]
) -> None:
    await journal.create(created())
    with pytest.raises(JournalConflict):
        await journal.append("r1", [hand(seq) for seq in seqs])
    assert await journal.load("r1") == [created()]
    await journal.append("r1", [hand(2)])


async def test_a_conflict_harms_no_other_append(journal: Journal) -> None:
    await journal.create(created("good"))
    await journal.create(created("bad"))
    calls: list[Callable[[], Awaitable[None]]] = [
        lambda: journal.append("good", [hand(2)]),
        lambda: journal.append("bad", [hand(9)]),
        lambda: journal.append("good", [hand(3)]),
    ]
    results = await asyncio.gather(*(call() for call in calls), return_exceptions=True)
    assert [type(result) for result in results] == [type(None), JournalConflict, type(None)]
    assert len(await journal.load("good")) == 3
    assert len(await journal.load("bad")) == 1


class TestSqlite:
    async def test_everything_is_there_after_reopening(self, tmp_path: Path) -> None:
        first = SqliteJournal(tmp_path / "deep" / "j.sqlite3")
        await first.create(created())
        await first.append("r1", [hand(2)])
        await first.close()
        second = SqliteJournal(tmp_path / "deep" / "j.sqlite3")
        assert await second.load("r1") == [created(), hand(2)]
        await second.close()

    async def test_closing_waits_for_what_was_taken(self, tmp_path: Path) -> None:
        journal = SqliteJournal(tmp_path / "j.sqlite3")
        await journal.create(created())
        futures = [journal.append("r1", [hand(seq)]) for seq in range(2, 102)]
        await journal.close()
        await asyncio.gather(*futures)
        again = SqliteJournal(tmp_path / "j.sqlite3")
        assert len(await again.load("r1")) == 101
        await again.close()

    async def test_two_openers_share_the_file(self, tmp_path: Path) -> None:
        server, command_line = (SqliteJournal(tmp_path / "j.sqlite3") for _ in range(2))
        await command_line.create(created())
        await server.append("r1", [hand(2)])
        with pytest.raises(JournalConflict):
            await command_line.append("r1", [hand(2)])
        assert await command_line.load("r1") == [created(), hand(2)]
        await server.close()
        await command_line.close()

    async def test_the_file_is_synced_at_every_commit(self, tmp_path: Path) -> None:
        from classroom.journal.sqlite_writer import _open

        connection = _open(tmp_path / "j.sqlite3", SCHEMA, SCHEMA_VERSION)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        connection.close()

    async def test_a_file_of_a_newer_version_is_left_alone(self, tmp_path: Path) -> None:
        connection = sqlite3.connect(tmp_path / "j.sqlite3")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        connection.close()
        with pytest.raises(JournalUnusable, match="newer version"):
            SqliteJournal(tmp_path / "j.sqlite3")

    async def test_a_file_that_is_no_database_is_refused(self, tmp_path: Path) -> None:
        (tmp_path / "j.sqlite3").write_bytes(b"not a database, but long enough to be looked at" * 100)
        with pytest.raises(JournalUnusable):
            SqliteJournal(tmp_path / "j.sqlite3")

    async def test_what_cannot_be_written_harms_no_other_append(self, tmp_path: Path) -> None:
        journal = SqliteJournal(tmp_path / "j.sqlite3")
        await journal.create(created())
        too_large = Recorded(seq=2, at_ms=2**63, event=HandRaised(participant_id="ana", at_ms=0))
        with pytest.raises(OverflowError):
            await journal.append("r1", [too_large])
        await journal.append("r1", [hand(2)])
        assert await journal.load("r1") == [created(), hand(2)]
        await journal.close()

    async def test_a_full_queue_takes_nothing_more(self, tmp_path: Path) -> None:
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
        assert len(await journal.load("r1")) == 1 + len(futures)
        await journal.close()
