"""A network that is gone for ten seconds, and comes back for a whole meeting at the same moment."""

from __future__ import annotations

import asyncio
import time

from rooms.commands import PostChat
from rooms.events import ChatPosted
from tests.reliability.figures.crowd import Person, gather, leave, server_of_its_own
from tests.reliability.figures.table import spread
from tests.reliability.links import Link, link_to
from tests.support.client import Client
from tests.support.server import ClassroomServer

ROOMS, PEOPLE = 10, 20
CUT_S = 10.0
MISSED = 10
"""Messages in each room meanwhile."""


async def measure() -> str:
    async with server_of_its_own() as server:
        rooms = [await _Room.opened(server) for _ in range(ROOMS)]
        took: list[float] = []
        for room in rooms:
            room.go_away()
            await asyncio.sleep(1)
        for room in rooms:
            took += await room.come_back()
    return f"{len(took)} people in {ROOMS} meetings, each back at once with everything missed: {spread(took)}"


class _Room:
    """People on a way that can be cut, and one who is there by another."""

    def __init__(self, link: Link, way: str, crowd: list[Person], there: Client) -> None:
        self._link = link
        self._way = way
        self._crowd = crowd
        self._there = there

    @classmethod
    async def opened(cls, server: ClassroomServer) -> _Room:
        link = await link_to(server.url)
        way = link.to(server.ws_url)
        first, *crowd = await gather(server, 1, PEOPLE + 1, way)
        return cls(link, way, crowd, await Client.join(server.ws_url, first.link))

    def go_away(self) -> None:
        self._link.freeze()
        self._gone_at = time.monotonic()
        self._said = asyncio.ensure_future(_say(self._there))

    async def come_back(self) -> list[float]:
        seq = await self._said
        await asyncio.sleep(max(0.0, self._gone_at + CUT_S - time.monotonic()))
        self._link.thaw(keep=False)
        back_at = time.monotonic()
        took = await asyncio.gather(*(_resume(person, self._way, seq, back_at) for person in self._crowd))
        await leave(self._crowd)
        await self._there.close()
        await self._link.close()
        return took


async def _say(client: Client) -> int:
    seq = 0
    for number in range(MISSED):
        seq = (await client.request(PostChat(channel="room", text=f"missed {number}")))["seq"]
        await asyncio.sleep(CUT_S / 2 / MISSED)
    return int(seq)


async def _resume(person: Person, way: str, seq: int, back_at: float) -> float:
    """Until the session is back with all that was said."""
    before = person.client.welcome
    while True:
        try:
            await person.come_back(way)
            break
        except OSError:
            await asyncio.sleep(0.02)
    client = person.client
    async with client.news:
        await client.news.wait_for(lambda: bool(client.events) and client.seq >= seq)
    took = time.monotonic() - back_at
    assert client.welcome.resumed
    assert client.welcome.session_id == before.session_id
    assert client.welcome.participant_id == before.participant_id
    said = [event.message.text for _, event in client.events if isinstance(event, ChatPosted)]
    assert said == [f"missed {number}" for number in range(MISSED)], f"not in order, or lost: {said}"
    return took
