"""What goes wrong with several nodes and their Redis, done to real processes while people write at all of them."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path

from classroom.journal.redis import RedisJournal
from tests.reliability.faults import NAMES, OneServer, people_writing, verdict
from tests.support.client import Client
from tests.support.cluster import Cluster, gate
from tests.support.redis import running_redis

NODES = 3


class Nodes:
    """Three servers that can be started again, and a Redis, which the first one reaches by a way of its own."""

    def __init__(self, folder: Path, stack: ExitStack, **variables: str) -> None:
        self.redis = stack.enter_context(running_redis(folder / "redis"))
        self.way = stack.enter_context(gate(self.redis.port))
        own_way = f"redis://127.0.0.1:{self.way.own_port}/0"
        self.servers = []
        for number in range(NODES):
            url = self.redis.url if number else own_way
            server = OneServer(folder / f"node{number}", REDIS_URL=url, **variables)
            stack.callback(server.close)
            server.start()
            self.servers.append(server)

    @property
    def cluster(self) -> Cluster:
        return Cluster(self.redis, [server.now for server in self.servers])

    @property
    def doors(self) -> list[str]:
        return [server.now.ws_url for server in self.servers]

    async def invite(self) -> list[tuple[str, str]]:
        """Into a room that the first node owns."""
        self.room = await self.cluster.create_room()
        first = await Client.join(self.servers[0].now.ws_url, self.cluster.invite(self.room, name="First"))
        await first.close()
        return [(name, self.cluster.invite(self.room, name=name)) for name in NAMES]

    async def owner(self) -> OneServer:
        while (owner := self.cluster.owner(self.room)) is None:  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        return next(server for server in self.servers if server.now is owner)


Harm = Callable[[Nodes], Awaitable[None]]


async def under(harm: Harm, folder: Path) -> str:
    """People write while `harm` is done."""
    with ExitStack() as stack:
        nodes = await asyncio.to_thread(Nodes, folder, stack)
        async with people_writing(await nodes.invite(), nodes.doors) as writers:
            await harm(nodes)
        return await verdict(RedisJournal(nodes.redis.url), nodes.room, writers)


async def owner_killed(nodes: Nodes) -> None:
    """SIGKILL of the room's owner, started again a little later; and of its successor."""
    for _ in range(2):
        owner = await nodes.owner()
        owner.now.kill()
        await asyncio.sleep(4)
        await owner.again()
        await asyncio.sleep(1)


async def owner_stopped(nodes: Nodes) -> None:
    """SIGSTOP of the owner for longer than its leases: when it goes on, others have the room."""
    owner = await nodes.owner()
    owner.now.process.send_signal(signal.SIGSTOP)
    await asyncio.sleep(8)
    owner.now.process.send_signal(signal.SIGCONT)
    await asyncio.sleep(8)


async def owner_asked_to_stop(nodes: Nodes) -> None:
    """SIGTERM: the room is moved."""
    owner = await nodes.owner()
    owner.now.process.send_signal(signal.SIGTERM)
    await asyncio.sleep(6)


async def redis_killed(nodes: Nodes) -> None:
    """SIGKILL of Redis in the middle of writes, away for 5 s, twice."""
    for _ in range(2):
        nodes.redis.process.kill()
        nodes.redis.process.wait()
        await asyncio.sleep(5)
        await asyncio.to_thread(nodes.redis.start)
        await asyncio.sleep(3)


async def redis_stalled(nodes: Nodes) -> None:
    """SIGSTOP of Redis: shortly, and for longer than leases and clients' patience."""
    for lasts_s in (2, 9):
        nodes.redis.pause()
        await asyncio.sleep(lasts_s)
        nodes.redis.go_on()
        await asyncio.sleep(3)


async def redis_flushed(nodes: Nodes) -> None:
    """FLUSHALL while people write, three times."""
    for _ in range(3):
        with nodes.redis.client() as client:
            client.flushall()
        await asyncio.sleep(3)


async def node_cut_off(nodes: Nodes) -> None:
    """One node alone does not reach Redis any more."""
    nodes.way.shut()
    await asyncio.sleep(8)


HARMS: tuple[Harm, ...] = (
    owner_killed,
    owner_stopped,
    owner_asked_to_stop,
    redis_killed,
    redis_stalled,
    redis_flushed,
    node_cut_off,
)
