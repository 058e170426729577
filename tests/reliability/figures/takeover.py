"""The node that owns a room is killed, again and again: until sixteen people have their sessions back on another."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.reliability.cluster_faults import Nodes
from tests.reliability.figures.table import spread
from tests.support.client import Client
from tests.support.cluster import come_back

PEOPLE = 16
CLUSTERS = 3
"""Side by side: most of a takeover is waiting for a lease to be over."""


async def measure(kills: int = 200) -> str:
    share = -(-kills // CLUSTERS)
    runs = await asyncio.gather(*(_cluster(share) for _ in range(CLUSTERS)))
    worst = [max(run) for cluster in runs for run in cluster]
    each = [took for cluster in runs for run in cluster for took in run]
    return (
        f"{len(worst)} kills, {len(each)} people: {spread(each)}; "
        f"the last of the 16, for each kill: {spread(worst)} (a lease is 3 s)"
    )


async def _cluster(kills: int) -> list[list[float]]:
    """Seconds, of each person of each kill."""
    with TemporaryDirectory() as folder, ExitStack() as stack:
        nodes = await asyncio.to_thread(Nodes, Path(folder), stack)
        return [await _kill(nodes) for _ in range(kills)]


async def _kill(nodes: Nodes) -> list[float]:
    cluster = nodes.cluster
    nodes.room = await cluster.create_room()
    links = [cluster.invite(nodes.room, name=f"P{number}") for number in range(PEOPLE)]
    doors = nodes.doors
    people = [await Client.join(doors[index % len(doors)], link) for index, link in enumerate(links)]
    owner = await nodes.owner()
    left = cluster.others(owner.now)
    killed_at = time.monotonic()
    owner.now.kill()

    async def back(person: Client, link: str) -> float:
        await person.closed()
        again = await come_back(left, link, person.resume_point())
        took = time.monotonic() - killed_at
        assert again.welcome.resumed
        await again.close()
        return took

    took = await asyncio.gather(*(back(person, link) for person, link in zip(people, links, strict=True)))
    await owner.again()
    return took
