"""Who waits at the door, and on which socket."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from classroom.doors import Doors
from classroom.hosts import RoomHost, RoomHosts
from classroom.invitations import create_room
from rooms.commands import AdmitFromLobby, Join, SetRules
from rooms.state import Limits
from signaling.errors import ErrorCode, ProtocolError
from tests.classroom.test_hosts import Clock, Observer, SlowDisk, join

ANA = Join(participant_id="ana", name="Ana", role="participant")


class Watching(Observer):
    def __init__(self, doors: Doors) -> None:
        super().__init__()
        self.doors = doors

    def committed(self, host: RoomHost, events: Any) -> None:
        super().committed(host, events)
        for recorded in events:
            if hasattr(recorded.event, "admitted"):
                self.doors.decided(host.room_id, recorded.event)


def socket(opened_at: float) -> Any:
    """What doors need of a connection."""
    return SimpleNamespace(
        opened_at=opened_at,
        name="c",
        admitting=True,
        keep_waiting=lambda now: True,
        send_push=lambda name, frame: None,
    )


async def test_a_hello_that_was_stuck_in_the_network_throws_nobody_out_of_the_lobby() -> None:
    disk, doors = SlowDisk(), Doors()
    await create_room(disk, "r1", "Web", 16)
    host = await RoomHosts(disk, Watching(doors), Limits(), max_rooms=2, now_ms=Clock()).get("r1")
    await host.submit(join("tara", "trainer"))
    await host.submit(SetRules(lobby=True), "tara")
    newer = asyncio.create_task(doors.enter(host, socket(2.0), ANA))
    await asyncio.sleep(0)
    with pytest.raises(ProtocolError) as refused:
        await doors.enter(host, socket(1.0), ANA)
    assert refused.value.code is ErrorCode.REPLACED
    newest = asyncio.create_task(doors.enter(host, socket(3.0), ANA))
    with pytest.raises(ProtocolError):
        await asyncio.wait_for(newer, 30)  # another tab, opened later
    await host.submit(AdmitFromLobby(participant_id="ana"), "tara")
    assert await asyncio.wait_for(newest, 30)


async def test_whoever_waits_for_a_room_that_goes_is_told_to_come_back() -> None:
    disk, doors = SlowDisk(), Doors()
    await create_room(disk, "r1", "Web", 16)
    host = await RoomHosts(disk, Watching(doors), Limits(), max_rooms=2, now_ms=Clock()).get("r1")
    await host.submit(join("tara", "trainer"))
    await host.submit(SetRules(lobby=True), "tara")
    waiting = asyncio.create_task(doors.enter(host, socket(1.0), ANA))
    await asyncio.sleep(0)
    doors.room_failed("r1")
    with pytest.raises(ProtocolError) as refused:
        await asyncio.wait_for(waiting, 30)
    assert refused.value.code is ErrorCode.MOVED
