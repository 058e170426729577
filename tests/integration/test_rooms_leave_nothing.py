"""Rooms come and go: what is left of them in memory does not grow with their number."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from classroom.config import Config
from rooms.commands import BreakoutPlan, CloseBreakouts, GroupSpec, Leave, OpenBreakouts, PostChat, RaiseHand
from tests.integration.test_notes import Pad
from tests.support.client import Client
from tests.support.inloop import InLoopServer, serving

WARM_UP, ROOMS = 40, 100
"""Rooms before the first count, and between two counts."""
LEFT = 0.4
"""Objects of one type for each room: a leak leaves one, what the interpreter keeps for later much less."""


async def one_room(server: InLoopServer, address: str) -> None:
    """A trainer and a participant: chat, a hand, a group, a note; they leave."""
    room, way = await server.create_room(), (address, 0)
    tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"), local_addr=way)
    ana = await Client.join(server.ws_url, server.invite(room, name="Ana"), local_addr=way)
    await ana.request(PostChat(channel="room", text="hello"))
    await ana.request(RaiseHand())
    group = GroupSpec(name="G", members=(ana.me,))
    await tara.request(OpenBreakouts(plan=BreakoutPlan(mode="manual", groups=(group,))))
    await tara.request(CloseBreakouts(after_s=0))
    pad = await Pad(ana).open()
    await pad.write("words")
    for person in (tara, ana):
        await person.request(Leave())
        await person.close()


async def types_after(server: InLoopServer, rooms: int) -> Counter[str]:
    for number in range(rooms):
        await one_room(server, f"127.0.4.{1 + number % 20}")  # the server bounds what comes from one address
    async with asyncio.timeout(120):
        while len(server.runtime.hosts) or len(server.runtime.connections):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.2)  # what was put away is written down
    gc.collect()
    return Counter(f"{type(one).__module__}.{type(one).__qualname__}" for one in gc.get_objects())


@pytest.mark.timeout(600)
async def test_the_memory_of_rooms_does_not_grow_with_their_number(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("classroom.hosts.LINGER_S", 0.5)
    monkeypatch.setattr("classroom.runtime.SWEEP_S", 0.05)
    async with serving(Config(data_dir=tmp_path), stored=True) as server:
        counts = [await types_after(server, rooms) for rooms in (WARM_UP, ROOMS, ROOMS)]
    grown = {
        name: [count[name] for count in counts]
        for name in counts[-1]
        if all(after[name] - before[name] > LEFT * ROOMS for before, after in pairwise(counts))
    }
    assert not grown
