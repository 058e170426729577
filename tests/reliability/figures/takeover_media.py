"""The node that owns a room is killed while sixteen people hear and see one another by real WebRTC connections."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from loadtest.media import Media, load_speech, make_quiet, make_video
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from loadtest.receiver import SlotReceiver
from loadtest.stamp import Stamp
from tests.reliability.cluster_faults import Nodes
from tests.reliability.figures.table import spread
from tests.reliability.links import Link

PEOPLE, VOICES, CAMERAS = 16, 3, 3
PATIENCE_S = 60.0
NEVER_NS = 1 << 63


class Listener(Participant):
    """Notes when it first hears, and first sees, what was sent after a moment."""

    since_ns = NEVER_NS
    heard_ns = seen_ns = 0

    def stamped(self, slot: SlotReceiver, stamp: Stamp, arrived_ns: int) -> None:
        super().stamped(slot, stamp, arrived_ns)
        if stamp.sent_ns < self.since_ns:
            return
        if slot.media == "audio":
            self.heard_ns = self.heard_ns or arrived_ns
        else:
            self.seen_ns = self.seen_ns or arrived_ns

    def wait_from(self, now_ns: int) -> None:
        self.heard_ns = self.seen_ns = 0
        self.since_ns = now_ns

    @property
    def hears_and_sees(self) -> bool:
        return bool(self.heard_ns and self.seen_ns)


async def measure(kills: int = 13) -> str:
    media = await asyncio.to_thread(
        lambda: Media(speech=load_speech(), quiet=make_quiet(), video=make_video())
    )
    heard: list[float] = []
    seen: list[float] = []
    with TemporaryDirectory() as folder, ExitStack() as stack:
        nodes: Nodes

        def doors() -> Iterator[int]:
            """The nodes that run, in order."""
            for server in nodes.servers:
                if server.now.process.poll() is None:
                    port = urlsplit(server.now.url).port
                    assert port is not None
                    yield port

        front = await Link(doors).start()
        url = f"http://127.0.0.1:{front.port}"
        nodes = await asyncio.to_thread(Nodes, Path(folder), stack, ALLOWED_ORIGINS=url)
        for _ in range(kills):
            people = await _kill(nodes, front, media)
            killed_ns = people[0].since_ns
            heard += [(person.heard_ns - killed_ns) / 1e9 for person in people]
            seen += [(person.seen_ns - killed_ns) / 1e9 for person in people]
        await front.close()
    return (
        f"{kills} kills, {len(heard)} people with sound and pictures: until they hear somebody again {spread(heard)}; "
        f"until they see somebody again {spread(seen)}"
    )


async def _kill(nodes: Nodes, front: Link, media: Media) -> list[Listener]:
    cluster = nodes.cluster
    nodes.room = await cluster.create_room()
    pacer = Pacer()
    directory: dict[int, str] = {}
    people = [
        Listener(
            number=number,
            name=f"P{number}",
            role="participant",
            link=front.to(cluster.invite(nodes.room, name=f"P{number}")),
            directory=directory,
            media=media,
            pacer=pacer,
            voice=number < VOICES,
            microphone_on=True,
            screen=(640, 360),
            camera_on=number < CAMERAS,
        )
        for number in range(PEOPLE)
    ]
    try:
        joined = [await person.join() for person in people]
        assert all(joined), [person.measured.errors for person in people]
        _wait(people)
        await _until_all(people)
        owner = await nodes.owner()
        _wait(people)
        owner.now.kill()
        await _until_all(people)
        return people
    finally:
        await asyncio.gather(*(person.leave() for person in people), return_exceptions=True)
        pacer.close()
        await owner.again()


def _wait(people: list[Listener]) -> None:
    now_ns = time.time_ns()
    for person in people:
        person.wait_from(now_ns)


async def _until_all(people: list[Listener]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while not all(person.hears_and_sees for person in people):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
