"""Leases on a real Redis that stops answering, and answers again."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from classroom.cluster.base import OwnedElsewhere
from classroom.cluster.placement import NodeInfo
from classroom.cluster.redis import RedisOwnership
from classroom.journal.redis import RedisJournal
from classroom.journal.redis_writer import RedisWriter
from rooms.events import Recorded, RoomCreated
from tests.support.redis import running_redis

pytestmark = pytest.mark.redis

NODE = NodeInfo(node_id="a", url="http://127.0.0.1:1", sessions=0, rooms=0, draining=False)


async def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_a_room_stays_when_the_others_hear_first_that_redis_is_back(tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis:
        lost: list[str] = []
        asked: list[NodeInfo] = []

        async def ask_peers(peers: list[NodeInfo]) -> list[bool | None]:
            redis.go_on()
            asked.append(NODE)
            return [True]

        async def vanished(room_id: str) -> None:
            lost.append(room_id)

        journal = RedisJournal(redis.url)
        ownership = RedisOwnership(
            redis.url, lambda: NODE, lost=lost.append, vanished=vanished, ask_peers=ask_peers, ring=b"keys"
        )
        await journal.create(
            Recorded(seq=1, at_ms=1_000, event=RoomCreated(room_id="room", name="Web", capacity=16))
        )
        hold = await ownership.claim("room")
        redis.pause()
        round_of_leases = asyncio.create_task(ownership.run())
        await until(lambda: not hold.proven)
        await until(lambda: bool(asked) and hold.proven)
        assert not lost
        round_of_leases.cancel()
        with suppress(asyncio.CancelledError):
            await round_of_leases
        await ownership.close()
        await journal.close()


async def test_a_room_is_not_offered_to_a_node_that_does_not_answer(tmp_path: Path) -> None:
    async def nobody(_: list[NodeInfo]) -> list[bool | None]:
        return []

    async def vanished(_: str) -> None:
        return None

    def asked(name: str, sessions: int) -> RedisOwnership:
        node = NodeInfo(node_id=name, url=f"http://{name}", sessions=sessions, rooms=1, draining=False)
        return RedisOwnership(
            redis.url, lambda: node, lost=print, vanished=vanished, ask_peers=nobody, ring=b"keys"
        )

    with running_redis(tmp_path) as redis:
        journal = RedisJournal(redis.url)
        event = RoomCreated(room_id="room", name="Web", capacity=16)
        await journal.create(Recorded(seq=1, at_ms=1_000, event=event))
        busy, idle = asked("busy", 100), asked("idle", 0)
        rounds = [asyncio.create_task(one.run()) for one in (busy, idle)]
        await until(lambda: bool(busy.peers))
        with pytest.raises(OwnedElsewhere) as elsewhere:
            await busy.claim("room")
        assert elsewhere.value.place.claim
        busy.avoid("idle")
        assert (await busy.claim("room")).token == 1
        for one in rounds:
            one.cancel()
        await asyncio.gather(*rounds, return_exceptions=True)
        for store in (journal, busy, idle):
            await store.close()


async def test_a_room_that_cannot_be_put_back_costs_no_other_its_lease(tmp_path: Path) -> None:
    put_back: list[str] = []

    async def vanished(room_id: str) -> None:
        if room_id == "room-0":
            raise ValueError("a bug")
        put_back.append(room_id)

    async def nobody(_: list[NodeInfo]) -> list[bool | None]:
        return []

    with running_redis(tmp_path) as redis:
        journal = RedisJournal(redis.url)
        ownership = RedisOwnership(
            redis.url, lambda: NODE, lost=print, vanished=vanished, ask_peers=nobody, ring=b"keys"
        )
        for room_id in ("room-0", "room-1", "room-2"):
            created = RoomCreated(room_id=room_id, name="Web", capacity=16)
            await journal.create(Recorded(seq=1, at_ms=1_000, event=created))
            await ownership.claim(room_id)
        redis.client().flushall()
        await ownership._renew_all()
        assert put_back == ["room-1", "room-2"]
        await ownership.close()
        await journal.close()


async def test_an_answer_that_nobody_foresaw_fails_what_was_written_and_nothing_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_redis(tmp_path) as redis:
        writer = RedisWriter(redis.url, queue_limit=10)
        ask = writer._ask

        async def broken(_: Sequence[Any]) -> list[Any]:
            monkeypatch.setattr(writer, "_ask", ask)
            raise ValueError("a bug")

        monkeypatch.setattr(writer, "_ask", broken)
        with pytest.raises(ValueError, match="a bug"):
            await asyncio.wait_for(writer.submit("room", "return 'ok'", (), ()), 30)
        await asyncio.wait_for(writer.submit("room", "return 'ok'", (), ()), 30)
        await writer.close()
