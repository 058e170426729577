"""Several real nodes on one real Redis."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from classroom import invitations
from classroom.journal.redis import RedisJournal
from rooms.events import Recorded
from rooms.model import Role
from signaling.messages import Resume
from tests.support.client import Client, Closed, Refusal
from tests.support.redis import RedisServer, running_redis
from tests.support.server import ClassroomServer, running

PATIENCE_S = 30.0


@dataclass
class Cluster:
    redis: RedisServer
    nodes: list[ClassroomServer]

    async def create_room(self) -> str:
        room_id = invitations.new_room_id()
        journal = RedisJournal(self.redis.url)
        await invitations.create_room(journal, room_id, "Web workshop", 40)
        await journal.close()
        return room_id

    async def history(self, room_id: str) -> list[Recorded]:
        journal = RedisJournal(self.redis.url)
        events = await journal.events(room_id)
        await journal.close()
        return events

    def invite(self, room: str, role: Role = "participant", name: str = "Ana") -> str:
        return self.nodes[0].invite(room, role, name)  # the first node's keys are everybody's

    def owner(self, room: str) -> ClassroomServer | None:
        with self.redis.client() as client:
            lease = client.get(f"classroom:{{{room}}}:lease")
        if lease is None:
            return None
        assert isinstance(lease, bytes)
        url = lease.decode().split()[2]
        return next(node for node in self.nodes if node.url.endswith(url.rsplit(":", 1)[1]))

    def others(self, node: ClassroomServer) -> list[ClassroomServer]:
        return [other for other in self.nodes if other is not node]


@contextmanager
def running_cluster(folder: Path, size: int = 3, **variables: str) -> Iterator[Cluster]:
    with ExitStack() as stack:
        redis = stack.enter_context(running_redis(folder / "redis"))
        cluster = Cluster(redis, [])
        for number in range(size):
            node = running(folder / f"node{number}", **{"REDIS_URL": redis.url, **variables})
            cluster.nodes.append(stack.enter_context(node))
        yield cluster


async def come_back(
    nodes: list[ClassroomServer], link: str, point: Resume | None, patience_s: float = PATIENCE_S
) -> Client:
    """As the client does: at once, then again and again, to one node after the other."""
    deadline = time.monotonic() + patience_s
    attempt = 0
    while True:
        try:
            return await Client.join(nodes[attempt % len(nodes)].ws_url, link, resume=point)
        except (OSError, Refusal, Closed) as problem:
            if time.monotonic() > deadline:
                raise
            final = isinstance(problem, Refusal) and problem.code in ("removed", "replaced", "room_not_found")
            if final:
                raise
        attempt += 1
        await asyncio.sleep(0.1)


@contextmanager
def gate(port: int) -> Iterator[Gate]:
    """A TCP proxy to a local port that can be shut; in threads of its own."""
    opened = Gate(port)
    try:
        yield opened
    finally:
        opened.shut()


class Gate:
    def __init__(self, port: int) -> None:
        self._port = port
        self._sockets: set[socket.socket] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.own_port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def shut(self) -> None:
        """Cuts what there is, and takes nothing new."""
        for one in (self._listener, *self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port))
                self._sockets |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=_pump, args=(source, sink), daemon=True).start()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    sink.close()
