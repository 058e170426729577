"""Many people on one server, for what is measured."""

from __future__ import annotations

import asyncio
import os
import resource
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.support.client import Client
from tests.support.server import ClassroomServer, running

AT_ONCE = 40
"""Who join at the same time while a crowd gathers."""


@dataclass
class Person:
    link: str
    client: Client
    address: str

    async def come_back(self, ws_url: str) -> None:
        """A new socket for the session. Raises Refusal, OSError."""
        self.client = await Client.join(
            ws_url, self.link, resume=self.client.resume_point(), local_addr=(self.address, 0)
        )


def address_of(number: int) -> str:
    """A hundred people share an address: the server bounds what comes from one."""
    return f"127.0.1.{1 + number // 100}"


@asynccontextmanager
async def server_of_its_own(**variables: str) -> AsyncIterator[ClassroomServer]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, max(soft, 16_384)), hard))
    with TemporaryDirectory() as folder, running(Path(folder), **variables) as server:
        yield server


async def gather(server: ClassroomServer, rooms: int, people: int, ws_url: str | None = None) -> list[Person]:
    """`people` in each of `rooms`. `ws_url`: the way that they take, where it is not the direct one."""
    links = []
    for _ in range(rooms):
        room = server.create_room(capacity=max(people + 4, 16))
        links += [server.invite(room, name=f"P{number}") for number in range(people)]

    async def join(number: int, link: str) -> Person:
        address = address_of(number)
        client = await Client.join(ws_url or server.ws_url, link, local_addr=(address, 0))
        return Person(link, client, address)

    crowd: list[Person] = []
    for first in range(0, len(links), AT_ONCE):
        batch = links[first : first + AT_ONCE]
        crowd += await asyncio.gather(*(join(first + index, link) for index, link in enumerate(batch)))
    return crowd


async def leave(crowd: Sequence[Person]) -> None:
    await asyncio.gather(*(person.client.close() for person in crowd), return_exceptions=True)


def memory_mb(server: ClassroomServer) -> float:
    """Resident memory of the server now."""
    for line in Path(f"/proc/{server.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


def cpu_s(server: ClassroomServer) -> float:
    """Processor time that the server has used."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def sockets_of(server: ClassroomServer) -> int:
    """How many sockets the server has open."""
    found = 0
    for entry in Path(f"/proc/{server.process.pid}/fd").iterdir():
        try:
            found += entry.readlink().as_posix().startswith("socket:")
        except FileNotFoundError:
            continue
    return found
