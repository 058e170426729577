"""The network of fifty people vanishes, and no end is told."""

from __future__ import annotations

import asyncio
import time

from rooms.events import PresenceChanged
from tests.reliability.figures.crowd import gather, leave, server_of_its_own
from tests.reliability.figures.table import spread
from tests.reliability.links import link_to
from tests.support.client import Client

ROOMS, PEOPLE = 5, 10


async def measure() -> str:
    async with server_of_its_own() as server:
        link = await link_to(server.url)
        crowd = await gather(server, ROOMS, PEOPLE, link.to(server.ws_url))
        witnesses = [await Client.join(server.ws_url, person.link) for person in crowd[::PEOPLE]]
        gone = {person.client.me for index, person in enumerate(crowd) if index % PEOPLE}
        noticed: dict[str, float] = {}

        async def watch(witness: Client) -> None:
            start = len(witness.events)
            while len(noticed) < len(gone):
                async with witness.news:
                    await witness.news.wait()
                now = time.monotonic()
                for _, event in witness.events[start:]:
                    if (
                        isinstance(event, PresenceChanged)
                        and not event.connected
                        and event.participant_id in gone
                    ):
                        noticed.setdefault(event.participant_id, now - began)
                start = len(witness.events)

        began = time.monotonic()
        link.freeze()
        watching = [asyncio.create_task(watch(witness)) for witness in witnesses]
        async with asyncio.timeout(60):
            while len(noticed) < len(gone):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        for task in watching:
            task.cancel()
        await link.close()
        await leave(crowd)
    return f"{len(gone)} people whose network vanished: shown as away to the others after {spread(list(noticed.values()))}"
