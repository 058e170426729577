"""Every store of notes keeps the same promises."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.journal.base import Fenced, JournalFull, RoomNotFound
from classroom.journal.redis import RedisJournal
from classroom.notes.redis import RedisNotes
from classroom.notes.sqlite import SqliteNotes
from classroom.notes.store import KeptNote, MemoryNotes, NoteStore
from rooms.events import Recorded, RoomCreated
from tests.support.redis import RedisServer

TOKEN = 1
"""The owner's; a store that only one server writes to does not look at it."""


@pytest.fixture(params=["memory", "sqlite", pytest.param("redis", marks=pytest.mark.redis)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[NoteStore]:
    made: NoteStore
    journal: RedisJournal | None = None
    if request.param == "memory":
        made = MemoryNotes()
    elif request.param == "sqlite":
        made = SqliteNotes(tmp_path / "n.sqlite3")
    else:
        server: RedisServer = request.getfixturevalue("redis")
        made, journal = RedisNotes(server.url), RedisJournal(server.url)
        for room_id in ("r", "other"):
            event = RoomCreated(room_id=room_id, name="Web", capacity=16)
            await journal.create(Recorded(seq=1, at_ms=1, event=event))
            await journal.fence(room_id, TOKEN)
    yield made
    await made.close()
    if journal is not None:
        await journal.close()


async def test_updates_come_back_in_order(store: NoteStore) -> None:
    assert await store.load("r", "room") == []
    for number in range(20):
        await store.append("r", "room", "", bytes([number]), text_bytes=number, now_ms=number, token=TOKEN)
    await store.append("r", "1-1", "Blue", b"blue", text_bytes=4, now_ms=50, token=TOKEN)
    await store.append("other", "room", "", b"other", text_bytes=5, now_ms=51, token=TOKEN)
    assert await store.load("r", "room") == [bytes([number]) for number in range(20)]
    assert await store.load("r", "1-1") == [b"blue"]


async def test_a_whole_takes_the_place_of_what_was_taken_before_it(store: NoteStore) -> None:
    first = store.append("r", "room", "", b"a", text_bytes=1, now_ms=1, token=TOKEN)
    whole = store.compact("r", "room", b"whole", TOKEN)
    after = store.append("r", "room", "", b"b", text_bytes=2, now_ms=2, token=TOKEN)
    await first, await whole, await after
    assert await store.load("r", "room") == [b"whole", b"b"]


async def test_notes_are_listed_as_they_were_begun(store: NoteStore) -> None:
    await store.append("r", "room", "", b"a", text_bytes=1, now_ms=1, token=TOKEN)
    await store.append("r", "1-1", "Blue", b"b", text_bytes=2, now_ms=2, token=TOKEN)
    await store.append("r", "1-1", "renamed", b"c", text_bytes=3, now_ms=3, token=TOKEN)
    await store.append("r", "room", "", b"d", text_bytes=4, now_ms=4, token=TOKEN)
    assert await store.notes("r") == [KeptNote("room", "", 4, 4), KeptNote("1-1", "Blue", 3, 3)]
    assert await store.notes("nobody") == []


async def test_an_erased_rooms_notes_are_gone(store: NoteStore) -> None:
    for room, note in (("r", "room"), ("r", "1-1"), ("other", "room")):
        await store.append(room, note, "", b"words", text_bytes=5, now_ms=1, token=TOKEN)
    await store.erase("r")
    await store.erase("nowhere")
    assert (await store.notes("r"), await store.load("r", "room"), await store.load("r", "1-1")) == (
        [],
        [],
        [],
    )
    assert await store.load("other", "room") == [b"words"]
    await store.append("r", "room", "", b"anew", text_bytes=4, now_ms=2, token=TOKEN)
    assert await store.load("r", "room") == [b"anew"]


@pytest.mark.redis
async def test_an_owner_of_the_past_writes_nothing(redis: RedisServer) -> None:
    with redis.client() as client:
        client.flushall()
    journal, earlier, later = RedisJournal(redis.url), RedisNotes(redis.url), RedisNotes(redis.url)
    await journal.create(Recorded(seq=1, at_ms=1, event=RoomCreated(room_id="r", name="Web", capacity=16)))
    await journal.fence("r", 1)
    await earlier.append("r", "room", "", b"a", text_bytes=1, now_ms=1, token=1)
    await journal.fence("r", 2)
    await later.append("r", "room", "", b"b", text_bytes=2, now_ms=2, token=2)
    for late in (
        earlier.append("r", "room", "", b"late", text_bytes=4, now_ms=3, token=1),
        earlier.compact("r", "room", b"late", token=1),
    ):
        with pytest.raises(Fenced):
            await late
    with pytest.raises(RoomNotFound):
        await later.append("nowhere", "room", "", b"a", text_bytes=1, now_ms=1, token=1)
    assert await later.load("r", "room") == [b"a", b"b"]
    for one in (journal, earlier, later):
        await one.close()


@pytest.mark.redis
async def test_what_is_sent_again_is_kept_once(redis: RedisServer) -> None:
    """Redis stops in the middle of writes, with answers on their way."""
    with redis.client() as client:
        client.flushall()
    journal, notes = RedisJournal(redis.url), RedisNotes(redis.url)
    await journal.create(Recorded(seq=1, at_ms=1, event=RoomCreated(room_id="r", name="Web", capacity=16)))
    await journal.fence("r", 1)
    words = [str(number).encode() for number in range(300)]
    written = [notes.append("r", "room", "", word, text_bytes=1, now_ms=1, token=1) for word in words]
    await written[5]
    redis.stop()
    redis.start()
    await asyncio.gather(*written)
    assert await notes.load("r", "room") == words
    await notes.close()
    await journal.close()


async def test_sqlite_keeps_them_for_the_next_process(tmp_path: Path) -> None:
    store = SqliteNotes(tmp_path / "n.sqlite3")
    await store.append("r", "room", "", b"a", text_bytes=1, now_ms=1)
    await store.close()
    again = SqliteNotes(tmp_path / "n.sqlite3")
    assert await again.load("r", "room") == [b"a"]
    await again.close()


async def test_sqlite_refuses_when_too_many_wait(tmp_path: Path) -> None:
    store = SqliteNotes(tmp_path / "n.sqlite3", queue_limit=1)

    def append_without_end() -> None:
        for _ in range(10_000):
            store.append("r", "room", "", b"a", text_bytes=1, now_ms=1)

    with pytest.raises(JournalFull):
        append_without_end()
    await store.close()
