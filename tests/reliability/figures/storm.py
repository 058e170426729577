"""A thousand sessions lose their sockets at one moment, and all come back at once."""

from __future__ import annotations

import asyncio
import time

from tests.reliability.figures.crowd import Person, cpu_s, gather, leave, memory_mb, server_of_its_own
from tests.reliability.figures.table import spread
from tests.support.client import Closed, Refusal

ROOMS, PEOPLE = 25, 40


async def measure() -> str:
    async with server_of_its_own() as server:
        crowd = await gather(server, ROOMS, PEOPLE)
        before = [(person.client.welcome.session_id, person.client.me) for person in crowd]
        memory, cpu = memory_mb(server), cpu_s(server)
        await asyncio.gather(*(person.client.cut() for person in crowd))
        began = time.monotonic()

        async def back(person: Person) -> float:
            while True:
                try:
                    await person.come_back(server.ws_url)
                    break
                except (OSError, Closed, Refusal):
                    await asyncio.sleep(0.1)
            assert person.client.welcome.resumed
            return time.monotonic() - began

        took = await asyncio.gather(*(back(person) for person in crowd))
        after = [(person.client.welcome.session_id, person.client.me) for person in crowd]
        assert after == before, "the same sessions on the same seats"
        grown, cpu = memory_mb(server) - memory, cpu_s(server) - cpu
        await leave(crowd)
    return (
        f"{len(took)} sessions in {ROOMS} rooms, all resumed, {len(took) - len(set(after))} seats changed: "
        f"{spread(took)}; the server computes for {cpu:.1f} s of it; memory + {grown:.0f} MB"
    )
