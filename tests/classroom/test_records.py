"""What every store of small records does: in memory, in SQLite, in a real Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.journal.base import JournalUnavailable
from classroom.records.base import Records
from classroom.records.memory import MemoryRecords
from classroom.records.redis import RedisRecords
from classroom.records.sqlite import SqliteRecords
from tests.support.redis import RedisServer


@pytest.fixture(params=["memory", "sqlite", pytest.param("redis", marks=pytest.mark.redis)])
async def records(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Records]:
    store: Records
    if request.param == "memory":
        store = MemoryRecords()
    elif request.param == "sqlite":
        store = SqliteRecords(tmp_path / "records.sqlite3")
    else:
        server: RedisServer = request.getfixturevalue("redis")
        store = RedisRecords(server.url)
    yield store
    await store.close()


async def test_what_was_put_is_there(records: Records) -> None:
    assert await records.get("thing", "a") is None
    await records.put("thing", "a", b"one")
    await records.put("thing", "a", b"\x00two")
    assert await records.get("thing", "a") == b"\x00two"
    assert await records.get("other", "a") is None


async def test_only_the_first_is_added(records: Records) -> None:
    assert await records.add("thing", "a", b"one") is None
    assert await records.add("thing", "a", b"two") == b"one"
    assert await records.add("thing", "a", b"one") == b"one"
    assert await records.get("thing", "a") == b"one"


async def test_what_was_removed_is_gone(records: Records) -> None:
    await records.put("thing", "a", b"one")
    assert await records.remove("thing", "a") is True
    assert await records.remove("thing", "a") is False
    assert await records.get("thing", "a") is None
    assert await records.page("thing") == []
    assert await records.add("thing", "a", b"two") is None


async def test_pages_come_in_order_and_end(records: Records) -> None:
    for key in ("b/2", "a/1", "b/10", "c", "b/1", "b/é"):
        await records.put("thing", key, key.encode())
    keys = ["b/1", "b/10", "b/2", "b/é"]
    assert await records.page("thing", "b/") == [(key, key.encode()) for key in keys]
    assert [key for key, _ in await records.page("thing", "b/", limit=2)] == keys[:2]
    assert [key for key, _ in await records.page("thing", "b/", after="b/10")] == keys[2:]
    assert [key for key, _ in await records.page("thing", "b/", after="a/1")] == keys
    assert [key for key, _ in await records.page("thing", after="b/é")] == ["c"]
    assert await records.page("thing", "b/", after="b/é") == []
    assert await records.page("nothing") == []


async def test_two_processes_share_the_file(tmp_path: Path) -> None:
    one, other = SqliteRecords(tmp_path / "r.sqlite3"), SqliteRecords(tmp_path / "r.sqlite3")
    await one.put("thing", "a", b"one")
    assert await other.get("thing", "a") == b"one"
    assert await other.remove("thing", "a")
    assert await one.get("thing", "a") is None
    await one.close()
    await other.close()


async def test_a_store_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    store = RedisRecords("redis://127.0.0.1:1/0")
    with pytest.raises(JournalUnavailable):
        await store.get("thing", "a")
    with pytest.raises(JournalUnavailable):
        await store.add("thing", "a", b"")
    await store.close()
