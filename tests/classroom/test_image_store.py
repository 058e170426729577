"""Every store of images keeps the same promises."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from classroom.images.redis import RedisImages
from classroom.images.store import ImageFiles, ImageStore
from classroom.journal.base import Fenced, RoomNotFound
from classroom.journal.redis import RedisJournal
from rooms.events import Recorded, RoomCreated
from tests.support.redis import RedisServer

TOKEN = 1
ODD_ROOM = "../{r}/é"


@pytest.fixture(params=["files", pytest.param("redis", marks=pytest.mark.redis)])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[ImageStore]:
    made: ImageStore
    if request.param == "files":
        made = ImageFiles(tmp_path / "images")
    else:
        server: RedisServer = request.getfixturevalue("redis")
        journal = RedisJournal(server.url)
        for room_id in ("r", ODD_ROOM):
            event = RoomCreated(room_id=room_id, name="Web", capacity=16)
            await journal.create(Recorded(seq=1, at_ms=1, event=event))
            await journal.fence(room_id, TOKEN)
        await journal.close()
        made = RedisImages(server.url)
    yield made
    await made.close()


async def test_images_are_kept_by_room_and_id(store: ImageStore) -> None:
    await store.write("r", "a", b"\x00\xff" * 500_000, TOKEN)
    await store.write(ODD_ROOM, "a", b"another", TOKEN)
    assert await store.read("r", "a") == b"\x00\xff" * 500_000
    assert await store.read(ODD_ROOM, "a") == b"another"
    assert (await store.read("r", "b"), await store.read("nowhere", "a")) == (None, None)


async def test_only_what_is_still_shown_is_kept(store: ImageStore) -> None:
    for name in "abc":
        await store.write("r", name, name.encode(), TOKEN)
    await store.keep_only("r", frozenset({"b", "not there"}), TOKEN)
    assert [await store.read("r", name) for name in "abc"] == [None, b"b", None]
    await store.keep_only("r", frozenset(), TOKEN)
    assert await store.read("r", "b") is None


async def test_an_erased_rooms_images_are_gone(store: ImageStore) -> None:
    await store.write("r", "a", b"a", TOKEN)
    await store.write(ODD_ROOM, "a", b"kept", TOKEN)
    await store.erase("r")
    await store.erase("nowhere")
    assert (await store.read("r", "a"), await store.read(ODD_ROOM, "a")) == (None, b"kept")


@pytest.mark.redis
async def test_an_owner_of_the_past_neither_adds_nor_removes(redis: RedisServer) -> None:
    with redis.client() as client:
        client.flushall()
    journal, store = RedisJournal(redis.url), RedisImages(redis.url)
    await journal.create(Recorded(seq=1, at_ms=1, event=RoomCreated(room_id="r", name="Web", capacity=16)))
    await journal.fence("r", 2)
    await store.write("r", "a", b"a", 2)
    with pytest.raises(Fenced):
        await store.write("r", "b", b"b", 1)
    with pytest.raises(Fenced):
        await store.keep_only("r", frozenset(), 1)
    with pytest.raises(RoomNotFound):
        await store.write("nowhere", "a", b"a", 1)
    assert (await store.read("r", "a"), await store.read("r", "b")) == (b"a", None)
    await store.close()
    await journal.close()
