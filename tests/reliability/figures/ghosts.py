"""A thousand people come and go, half of them without a word."""

from __future__ import annotations

import asyncio

from rooms.commands import Leave
from tests.reliability.figures.crowd import AT_ONCE, address_of, server_of_its_own, sockets_of
from tests.support.client import Client

ROOMS = 20
JOINS = 1_000


async def measure() -> str:
    async with server_of_its_own() as server:
        rooms = [server.create_room(capacity=100) for _ in range(ROOMS)]
        sockets = sockets_of(server)

        async def come_and_go(number: int) -> None:
            link = server.invite(rooms[number % ROOMS], name=f"P{number}")
            client = await Client.join(server.ws_url, link, local_addr=(address_of(number), 0))
            if number % 2:
                await client.request(Leave())
                await client.close()
            else:
                await client.cut()

        for first in range(0, JOINS, AT_ONCE):
            await asyncio.gather(*(come_and_go(first + index) for index in range(AT_ONCE)))
        present = waiting = 0
        for room in rooms:
            looker = await Client.join(server.ws_url, server.invite(room, name="Looker"))
            others = [one for one in looker.snapshot.participants if one.id != looker.me]
            present += sum(one.connected for one in others)
            waiting += len(others)
            await looker.close()
        assert waiting == JOINS // 2, "the seats of those who said nothing, for ten minutes"
        async with asyncio.timeout(30):
            while (left := sockets_of(server) - sockets) > 0:  # noqa: ASYNC110
                await asyncio.sleep(0.1)
    return (
        f"{JOINS} joins, {JOINS // 2} left, {JOINS // 2} vanished: {present} shown as present, {max(left, 0)} sockets left, "
        f"{waiting} seats kept for ten minutes"
    )
