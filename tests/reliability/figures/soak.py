"""Rooms come and go, faster than in life: whether the server's memory grows.

Everybody leaves at the end: the seats of those who vanish, and their rooms, would be kept for ten minutes.
"""

from __future__ import annotations

import asyncio
import statistics
import time

from rooms.commands import (
    BreakoutPlan,
    CloseBreakouts,
    GroupSpec,
    Leave,
    LowerHand,
    OpenBreakouts,
    PostChat,
    RaiseHand,
)
from tests.reliability.figures.crowd import memory_mb, server_of_its_own
from tests.support.client import Client
from tests.support.server import ClassroomServer

PEOPLE = 8
WARM_SHARE = 0.4
"""Of the time: caches fill and the allocator finds its size."""
SAMPLE_S = 2.0
PAUSE_S = 0.3


async def measure(minutes: float = 9.0) -> str:
    async with server_of_its_own() as server:
        began = time.monotonic()
        until = began + 60 * minutes
        samples: list[tuple[float, float]] = []
        rooms = asyncio.create_task(_rooms(server, until))
        while not rooms.done():
            await asyncio.wait((rooms,), timeout=SAMPLE_S)
            since = time.monotonic() - began
            if since > WARM_SHARE * 60 * minutes:
                samples.append((since / 3600, memory_mb(server)))
        done = await rooms
    hours, sizes = zip(*samples, strict=True)
    slope, _ = statistics.linear_regression(hours, sizes)
    return (
        f"{minutes:.0f} minutes, {done} rooms of {PEOPLE} people with chat, hands and groups: "
        f"{slope:+.1f} MB/h by regression over the last {100 * (1 - WARM_SHARE):.0f} % "
        f"({sizes[0]:.0f} MB at their start, {sizes[-1]:.0f} MB at the end)"
    )


async def _rooms(server: ClassroomServer, until: float) -> int:
    done = 0
    while time.monotonic() < until:
        await _one_room(server, f"127.0.2.{1 + done % 250}")  # the server bounds what comes from one address
        done += 1
        await asyncio.sleep(PAUSE_S)
    return done


async def _one_room(server: ClassroomServer, address: str) -> None:
    way = (address, 0)
    room = server.create_room()
    names = [f"P{number}" for number in range(PEOPLE - 1)]
    tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"), local_addr=way)
    people = [
        await Client.join(server.ws_url, server.invite(room, name=name), local_addr=way) for name in names
    ]
    for person in people:
        await person.request(PostChat(channel="room", text="hello " * 20))
        await person.request(RaiseHand())
    await tara.request(LowerHand(participant_id=people[0].me))
    groups = tuple(
        GroupSpec(name=f"G{index}", members=tuple(person.me for person in people[index::2]))
        for index in (0, 1)
    )
    await tara.request(OpenBreakouts(plan=BreakoutPlan(mode="manual", groups=groups)))
    await tara.request(CloseBreakouts(after_s=0))
    for index, person in enumerate([tara, *people]):
        await person.request(Leave())
        await (person.close() if index % 2 else person.cut())
