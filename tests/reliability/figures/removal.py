"""Somebody is removed: until their socket is closed, on whatever node it is, and every node refuses them."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from rooms.commands import RemoveParticipant
from tests.reliability.cluster_faults import Nodes
from tests.reliability.figures.table import spread
from tests.support.client import Client, Refusal

PEOPLE = 30


async def measure() -> str:
    closed: list[float] = []
    refused: list[float] = []
    with TemporaryDirectory() as folder, ExitStack() as stack:
        nodes = await asyncio.to_thread(Nodes, Path(folder), stack)
        cluster, doors = nodes.cluster, nodes.doors
        room = await cluster.create_room()
        tara = await Client.join(doors[0], cluster.invite(room, "trainer", "Tara"))
        for number in range(PEOPLE):
            link = cluster.invite(room, name=f"P{number}")
            person = await Client.join(doors[number % len(doors)], link)
            began = time.monotonic()
            await tara.request(RemoveParticipant(participant_id=person.me))
            for door in doors:
                try:
                    await Client.join(door, link, resume=person.resume_point())
                except Refusal as refusal:
                    if refusal.code != "removed":
                        raise
                else:
                    raise AssertionError("somebody who was removed came in")
            refused.append(time.monotonic() - began)
            await person.closed()
            closed.append(time.monotonic() - began)
        await tara.close()
    return (
        f"{PEOPLE} removals on {len(doors)} nodes: acknowledged, and link and secret refused by all nodes at the first try, "
        f"after {spread(refused, 'ms')}; the person's own socket closed by then, at most {max(closed) * 1000:.0f} ms"
    )
