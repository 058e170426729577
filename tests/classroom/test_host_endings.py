"""How a room in memory ends, and that whoever waits for it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest

from classroom import host as host_module
from classroom.cluster.base import Hold
from classroom.host import RoomFailed, RoomHost, RoomMoving
from classroom.hosts import RoomHosts
from classroom.invitations import create_room
from classroom.journal.base import History, JournalUnavailable
from classroom.journal.checkpoint import Checkpoint
from rooms.commands import RaiseHand, SetMedia
from rooms.events import Recorded
from rooms.state import Limits, RoomState
from signaling.session import Session
from tests.classroom.test_hosts import Clock, Holding, Observer, SlowDisk, join


@pytest.fixture
async def disk() -> SlowDisk:
    disk = SlowDisk()
    await create_room(disk, "r1", "Web", 16)
    return disk


@pytest.fixture
def observer() -> Observer:
    return Observer()


@pytest.fixture
async def hosts(disk: SlowDisk, observer: Observer) -> RoomHosts:
    return RoomHosts(disk, observer, Limits(), max_rooms=2, now_ms=Clock())


async def test_whoever_waits_for_a_room_that_is_dropped_is_told_at_once(
    hosts: RoomHosts, disk: SlowDisk
) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    disk.slow = True
    raised = host.submit(RaiseHand(), "ana")
    hosts.drop(host)
    with pytest.raises(RoomFailed):
        await asyncio.wait_for(raised, 30)
    disk.waiting[0].set_result(None)
    await asyncio.sleep(0)
    assert host.state.hands == (), "what nobody is shown any more is not made visible"


async def test_whose_event_cannot_be_shown_is_told(
    hosts: RoomHosts, disk: SlowDisk, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))

    def broken(_: RoomState, __: Recorded, ___: Mapping[str, Session]) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(host_module, "fan_out", broken)
    with pytest.raises(RoomFailed):
        await asyncio.wait_for(host.submit(RaiseHand(), "ana"), 30)
    assert observer.broken == [host]


async def test_a_request_that_was_given_up_costs_nobody_else_the_room(
    hosts: RoomHosts, disk: SlowDisk, observer: Observer
) -> None:
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    disk.slow = True
    given_up, other = host.submit(RaiseHand(), "ana"), host.submit(SetMedia(microphone=True), "ana")
    given_up.cancel()
    for written in disk.waiting:
        written.set_result(None)
    assert await other == 4
    assert len(host.state.hands) == 1
    disk.waiting.clear()
    given_up = host.submit(SetMedia(microphone=False), "ana")
    given_up.cancel()
    disk.waiting[0].set_exception(JournalUnavailable("disk full"))
    await asyncio.sleep(0.01)
    assert not observer.broken


async def test_a_room_whose_lease_runs_out_while_it_is_read_leaves_no_timer(
    observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Late(Holding):
        token = 1

    hold, made = Late(), []

    class Lease:
        async def claim(self, room_id: str) -> Hold:
            hold.proven = True
            return hold

        async def release(self, room_id: str, _: Hold) -> None:
            return None

    class Slow(SlowDisk):
        async def load(self, room_id: str) -> History:
            hold.proven = False
            return await super().load(room_id)

    class Watched(RoomHost):
        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **options)  # type: ignore[arg-type]
            made.append(self)

    monkeypatch.setattr("classroom.hosts.RoomHost", Watched)
    disk = Slow()
    await create_room(disk, "r1", "Web", 16)
    hosts = RoomHosts(disk, observer, Limits(), max_rooms=2, now_ms=Clock(), ownership=Lease())
    with pytest.raises(JournalUnavailable):
        await hosts.get("r1")
    assert len(hosts) == 0
    assert [host.over for host in made] == [True], "it would try to tick once a second, for ever"


async def test_a_room_is_put_away_before_anybody_else_can_take_it_for_living(hosts: RoomHosts) -> None:
    host = await hosts.get("r1")
    putting_away = hosts.put_away(host)
    assert hosts.loaded("r1") is None
    with pytest.raises(RoomMoving):  # somebody who got it in this turn of the loop
        host.submit(join("ana"))
    await putting_away
    assert (await (await hosts.get("r1")).submit(join("ana"))) == 2


async def test_a_store_that_does_not_answer_holds_up_no_ending(
    hosts: RoomHosts, disk: SlowDisk, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(_: str, __: Checkpoint, ___: int = 0) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(disk, "keep", never)
    monkeypatch.setattr(host_module, "SETTLE_S", 0.01)
    host = await hosts.get("r1")
    await host.submit(join("ana"))
    await asyncio.wait_for(host.settle(), 30)
    await asyncio.wait_for(host.settle(), 30)  # the first one still waits
