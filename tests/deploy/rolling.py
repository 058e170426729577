"""A rolling upgrade while people talk: `make test-upgrade` (a minute; needs redis-server).

Three real nodes on a real Redis, a proxy that sends new sockets to nodes that are ready, six people with microphones. Each
node in turn is stopped (SIGTERM) and started again. Told per move of the room: for how long each listener got no sound of
anybody, from the last packet by the old node to the first by the new one. Meanwhile one person writes; afterwards the room's
history is compared with what was acknowledged. Two ways of talking: in turns with pauses, as people do, and without a pause,
for which no node waits longer than DRAIN_SECONDS.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import httpx

from classroom import invitations
from classroom.journal.redis import RedisJournal
from loadtest.media import Media, load_media
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from loadtest.receiver import SlotReceiver
from loadtest.session import SessionError
from loadtest.stamp import Stamp
from rooms.events import ChatPosted
from tests.support.ports import free_port
from tests.support.redis import RedisServer, running_redis
from tests.support.server import ClassroomServer, running

PEOPLE = 6
NODES = 3
DRAIN_S = 8
TURN_S = 4.0
PAUSE_S = 4.0
"""Between two who speak, somebody thinks, reads or shows something: a node waits for 2 s of silence."""
BETWEEN_S = 6.0
"""Between a node that is back and the next that goes, as /readyz is asked for."""


@dataclass
class Listener:
    """When one person's sound came: monotonic seconds of the packets, newest last."""

    arrivals: list[float] = field(default_factory=list)

    def gap(self, since: float, until: float) -> float:
        """The longest time without a packet."""
        times = [since, *(at for at in self.arrivals if since <= at <= until), until]
        return max(later - earlier for earlier, later in pairwise(times))


class Person(Participant):
    """Notes every packet of sound."""

    listener: Listener

    async def _connect(self, answer: str) -> None:
        await super()._connect(answer)
        self.peer.watch(True)

    def stamped(self, slot: SlotReceiver, stamp: Stamp, arrived_ns: int) -> None:
        super().stamped(slot, stamp, arrived_ns)
        if slot.media == "audio":
            self.listener.arrivals.append(time.monotonic() - (time.time_ns() - arrived_ns) / 1e9)


@asynccontextmanager
async def proxy() -> AsyncIterator[tuple[str, list[int]]]:
    """Gives each socket to the next node that is ready, as Caddy does; its address, and the nodes' ports, to be filled in."""
    ports: list[int] = []
    turn = 0

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal turn
        for _ in range(len(ports)):
            turn += 1
            port = ports[turn % len(ports)]
            with suppress(OSError, httpx.HTTPError):
                if (await http.get(f"http://127.0.0.1:{port}/readyz")).status_code == 200:
                    far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
                    await asyncio.gather(pump(reader, far_writer), pump(far_reader, writer))
                    return
        writer.close()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async with httpx.AsyncClient(trust_env=False, timeout=2, verify=False) as http:
        server = await asyncio.start_server(carry, "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", ports
        finally:
            server.close()


class Nodes:
    """The nodes of the cluster, each of which can be replaced."""

    def __init__(self, folder: Path, redis: RedisServer, public_url: str) -> None:
        self._folder = folder
        self._settings = {"REDIS_URL": redis.url, "PUBLIC_URL": public_url, "DRAIN_SECONDS": str(DRAIN_S)}
        self._stacks = [ExitStack() for _ in range(NODES)]
        self.ports = [free_port() for _ in range(NODES)]
        self.servers = [self._start(number) for number in range(NODES)]

    def _start(self, number: int) -> ClassroomServer:
        node = running(self._folder / f"node{number}", port=self.ports[number], **self._settings)
        return self._stacks[number].enter_context(node)

    def replace(self, number: int) -> None:
        """As an upgrade does: stopped in order, and started anew on the same port."""
        self._stacks[number].close()
        self.servers[number] = self._start(number)

    def close(self) -> None:
        for stack in self._stacks:
            stack.close()


async def talk(people: list[Person], pauses: bool) -> None:
    """One after the other; without end."""
    turn = 0
    while True:
        speaker = people[turn % len(people)]
        turn += 1
        with suppress(SessionError):
            await speaker.speak(True)
            await asyncio.sleep(TURN_S)
            if pauses:
                await speaker.speak(False)
                await asyncio.sleep(PAUSE_S)
            else:
                await people[turn % len(people)].speak(True)
                await speaker.speak(False)


async def write(person: Person, acknowledged: list[str]) -> None:
    while True:
        text = f"word {len(acknowledged)}"
        await person.session.request("chat.post", {"channel": "room", "text": text})
        acknowledged.append(text)
        await asyncio.sleep(0.2)


async def upgrade(media: Media, folder: Path, *, pauses: bool) -> bool:
    """One rolling upgrade; prints what people heard, and says whether nothing was lost."""
    with running_redis(folder / "redis") as redis:
        async with proxy() as (url, ports):
            nodes = await asyncio.to_thread(Nodes, folder, redis, url)
            ports += nodes.ports
            try:
                return await _upgrade(nodes, url, media, redis, pauses)
            finally:
                await asyncio.to_thread(nodes.close)


async def _upgrade(nodes: Nodes, url: str, media: Media, redis: RedisServer, pauses: bool) -> bool:
    room = invitations.new_room_id()
    journal = RedisJournal(redis.url)
    await invitations.create_room(journal, room, "Upgrade", 16)
    await journal.close()
    link = nodes.servers[0].invite_group(room)
    link = url + link[link.index("/join") :]
    pacer, directory = Pacer(), {}  # type: ignore[var-annotated]
    people = [_person(number, link, directory, media, pacer) for number in range(PEOPLE)]
    joined = await asyncio.gather(*(person.join() for person in people))
    assert all(joined), [person.measured.errors for person in people]
    acknowledged: list[str] = []
    working = [
        asyncio.create_task(talk(people[1:], pauses)),
        asyncio.create_task(write(people[0], acknowledged)),
    ]
    print(f"{PEOPLE} people talk {'in turns, with pauses' if pauses else 'without a pause'}")
    await asyncio.sleep(BETWEEN_S)
    moved: list[float] = []
    for number in range(NODES):
        began, before = time.monotonic(), [person.measured.resumed for person in people]
        await asyncio.to_thread(nodes.replace, number)
        await asyncio.sleep(BETWEEN_S)
        gaps = [person.listener.gap(began, time.monotonic()) for person in people]
        owned = [now.measured.resumed - then for now, then in zip(people, before, strict=True)]
        if all(owned) and max(gaps) > 0.2:
            moved += gaps
            shown = f"no sound for {statistics.median(gaps):.2f} s (median), {max(gaps):.2f} s (worst)"
        else:
            shown = (
                f"{sum(map(bool, owned))} people's sockets came back; no sound for {max(gaps):.2f} s at most"
            )
        print(f"  node {number + 1} replaced: {shown}", flush=True)
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    await asyncio.sleep(1)
    journal = RedisJournal(redis.url)
    events = [recorded.event for recorded in await journal.events(room)]
    await journal.close()
    kept = [event.message.text for event in events if isinstance(event, ChatPosted)]
    whole = kept[: len(acknowledged)] == acknowledged and len(kept) - len(acknowledged) in (0, 1)
    errors = [error for person in people for error in person.measured.errors]
    print(f"  {len(acknowledged)} messages acknowledged, {len(kept)} kept, each once and in order: {whole}")
    print(f"  errors: {errors or 'none'}")
    for person in people:
        await person.leave()
    pacer.close()
    return whole and not errors


def _person(number: int, link: str, directory: dict[int, str], media: Media, pacer: Pacer) -> Person:
    person = Person(
        number=number,
        name=f"P{number}",
        role="participant",
        link=link,
        directory=directory,
        media=media,
        pacer=pacer,
        voice=False,
        microphone_on=True,
        screen=(1280, 720),
        camera_on=False,
    )
    person.listener = Listener()
    return person


async def main() -> int:
    media = await asyncio.to_thread(load_media)
    whole = True
    for pauses in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            whole &= await upgrade(media, Path(folder), pauses=pauses)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
