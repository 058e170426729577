"""Some read nothing while the room is loud: what the others notice, and what becomes of those who read nothing."""

from __future__ import annotations

import asyncio
import socket
import statistics
import time
from urllib.parse import urlsplit

from rooms.commands import PostChat
from rooms.events import ChatPosted
from tests.reliability.figures.crowd import server_of_its_own
from tests.support.client import Client, Refusal
from tests.support.server import ClassroomServer

READERS, WRITERS, SLOW = 10, 6, 3
LOUD_S = 15.0
WORDS = "x" * 3_900
EVERY_S = 0.08


async def measure() -> str:
    async with server_of_its_own() as server:
        room = server.create_room(capacity=40)
        links = [server.invite(room, name=f"P{number}") for number in range(READERS + WRITERS)]
        people = [await Client.join(server.ws_url, link) for link in links]
        readers, writers = people[:READERS], people[READERS:]
        await _loud(readers, writers, 4.0)  # until everything has been used once
        alone = await _loud(readers, writers)
        slow_links = [server.invite(room, name=f"S{number}") for number in range(SLOW)]
        slow = [await _joined_slowly(server, link) for link in slow_links]
        for one in slow:
            one.stop_reading()
        beside = await _loud(readers, writers)
        closed = 0
        for one, link in zip(slow, slow_links, strict=True):
            point = one.resume_point()
            one.go_on_reading()
            closed += (await one.closed()).code is not None
            again = await Client.join(server.ws_url, link, resume=point)
            assert again.welcome.resumed, "nobody loses the seat by being slow"
            assert again.welcome.snapshot is not None, "from a snapshot"
            await again.close()
        await asyncio.gather(*(person.close() for person in people))
    ratio = statistics.median(beside) / statistics.median(alone)
    late = statistics.quantiles(beside, n=100)[98] / statistics.quantiles(alone, n=100)[98]
    return (
        f"{SLOW} of {READERS + WRITERS + SLOW} read nothing for {LOUD_S:.0f} s: {closed} dropped, "
        f"{closed} back from a snapshot; a message reaches the others in {ratio:.2f} times the time without slow "
        f"readers (median), {late:.2f} times (p99)"
    )


class SlowClient(Client):
    """One whose user's machine has stopped to read."""

    def stop_reading(self) -> None:
        self.socket.transport.pause_reading()  # type: ignore[attr-defined]
        self._reader.cancel()

    def go_on_reading(self) -> None:
        self._reader = asyncio.create_task(self._read())
        self.socket.transport.resume_reading()  # type: ignore[attr-defined]


async def _joined_slowly(server: ClassroomServer, link: str) -> SlowClient:
    """Its kernel keeps little for it."""
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    raw.setblocking(False)
    port = urlsplit(server.url).port
    assert port is not None
    await asyncio.get_running_loop().sock_connect(raw, ("127.0.0.1", port))
    joined = await SlowClient.join(server.ws_url, link, sock=raw)
    assert isinstance(joined, SlowClient)
    return joined


async def _loud(readers: list[Client], writers: list[Client], lasts_s: float = LOUD_S) -> list[float]:
    """Seconds from sending until a reader has it, of each reader and message."""
    until = time.monotonic() + lasts_s
    first = [len(reader.events) for reader in readers]

    async def write(client: Client) -> None:
        while time.monotonic() < until:
            try:
                await client.request(PostChat(channel="room", text=f"{time.monotonic_ns()} {WORDS}"))
            except Refusal:
                await asyncio.sleep(0.2)
            await asyncio.sleep(EVERY_S)

    async def read(client: Client, start: int) -> list[float]:
        took = []
        while time.monotonic() < until:
            async with client.news:
                try:
                    async with asyncio.timeout(0.5):
                        await client.news.wait()
                except TimeoutError:
                    continue
            now = time.monotonic_ns()
            for _, event in client.events[start:]:
                if isinstance(event, ChatPosted):
                    took.append((now - int(event.message.text.split(" ", 1)[0])) / 1e9)
            start = len(client.events)
        return took

    writing = [asyncio.create_task(write(client)) for client in writers]
    reading = await asyncio.gather(
        *(read(reader, start) for reader, start in zip(readers, first, strict=True))
    )
    await asyncio.gather(*writing)
    return [took for one in reading for took in one]
