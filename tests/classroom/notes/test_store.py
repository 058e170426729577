"""Every store of notes keeps the same promises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.journal.base import JournalFull
from classroom.notes.sqlite import SqliteNotes
from classroom.notes.store import KeptNote, MemoryNotes, NoteStore


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[NoteStore]:
    made: NoteStore = MemoryNotes() if request.param == "memory" else SqliteNotes(tmp_path / "n.sqlite3")
    yield made
    await made.close()


async def test_updates_come_back_in_order(store: NoteStore) -> None:
    assert await store.load("r", "room") == []
    for number in range(20):
        await store.append("r", "room", "", bytes([number]), text_bytes=number, now_ms=number)
    await store.append("r", "1-1", "Blue", b"blue", text_bytes=4, now_ms=50)
    await store.append("other", "room", "", b"other", text_bytes=5, now_ms=51)
    assert await store.load("r", "room") == [bytes([number]) for number in range(20)]
    assert await store.load("r", "1-1") == [b"blue"]


async def test_a_whole_takes_the_place_of_what_was_taken_before_it(store: NoteStore) -> None:
    first = store.append("r", "room", "", b"a", text_bytes=1, now_ms=1)
    whole = store.compact("r", "room", b"whole")
    after = store.append("r", "room", "", b"b", text_bytes=2, now_ms=2)
    await first, await whole, await after
    assert await store.load("r", "room") == [b"whole", b"b"]


async def test_notes_are_listed_as_they_were_begun(store: NoteStore) -> None:
    await store.append("r", "room", "", b"a", text_bytes=1, now_ms=1)
    await store.append("r", "1-1", "Blue", b"b", text_bytes=2, now_ms=2)
    await store.append("r", "1-1", "renamed", b"c", text_bytes=3, now_ms=3)
    await store.append("r", "room", "", b"d", text_bytes=4, now_ms=4)
    assert await store.notes("r") == [KeptNote("room", "", 4, 4), KeptNote("1-1", "Blue", 3, 3)]
    assert await store.notes("nobody") == []


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
