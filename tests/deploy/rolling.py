"""A rolling upgrade while people talk: `make test-upgrade` (a minute and a half; needs redis-server).

Three real nodes on a real Redis, a proxy that sends new sockets to nodes that are ready, six people with microphones. Each
node in turn is stopped (SIGTERM) and started again. Every frame of speech (20 ms) has a number, which it keeps on every
connection that it is sent by: told per move of the room is how many of them did not come to each listener by any, and how
long the longest hole was. Meanwhile one person writes; afterwards the room's history is compared with what was
acknowledged. Two ways of talking: in turns with pauses, as people do, and without a pause, for which no node waits longer
than DRAIN_SECONDS.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import httpx

from classroom import invitations
from classroom.journal.redis import RedisJournal
from loadtest.kept_media import prepared_media
from loadtest.media import AUDIO_FRAME_MS, Media
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
UNDER_WAY = 25
"""Frames: half a second of speech, which may not have come yet."""
AUDIO_SLOTS = 8
"""A slot for everybody: who is heard depends on no choice, and on nothing but the move."""
BETWEEN_S = 6.0
"""Between a node that is back and the next that goes, as /readyz is asked for."""


@dataclass
class Words:
    """What one person said and heard, by the numbers of the frames."""

    turns: list[range] = field(default_factory=list)
    heard: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    """Of each speaker."""

    def missed(self, speaker: int, turns: list[range]) -> list[int]:
        """How many frames each hole in what this person heard of these turns has."""
        holes = []
        for turn in turns:
            hole = 0
            for number in turn:
                if number not in self.heard[speaker]:
                    hole += 1
                elif hole:
                    holes.append(hole)
                    hole = 0
            holes += [hole] if hole else []
        return holes


class Person(Participant):
    """Notes every frame of sound, and what are words."""

    words: Words
    began: int | None = None
    """The first frame of the present turn."""

    async def _connect(self, answer: str) -> None:
        await super()._connect(answer)
        self.peer.watch(True)

    def stamped(self, slot: SlotReceiver, stamp: Stamp, arrived_ns: int) -> None:
        super().stamped(slot, stamp, arrived_ns)
        if slot.media == "audio":
            self.words.heard[stamp.publisher].add(stamp.sequence)

    async def speak(self, on: bool) -> None:
        if on:
            self.began = self._said()
        await super().speak(on)
        if not on:
            self.take_turn()
            self.began = None

    def take_turn(self) -> None:
        """What was said until now is a turn."""
        if self.began is not None:
            self.words.turns.append(range(self.began, self._said()))
            self.began = self._said()

    def _said(self) -> int:
        return max((peer.microphone.spoken for peer in self._live if peer.microphone is not None), default=0)


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
        self._settings = {
            "REDIS_URL": redis.url,
            "PUBLIC_URL": public_url,
            "DRAIN_SECONDS": str(DRAIN_S),
            "AUDIO_SLOTS": str(AUDIO_SLOTS),
        }
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
    _missed(people)  # what was said before everybody's media were up
    missed_in_all = _Missed(0, 0, [])
    for number in range(NODES):
        before = [person.measured.resumed for person in people]
        await asyncio.to_thread(nodes.replace, number)
        await asyncio.sleep(BETWEEN_S)
        missed = _missed(people)
        missed_in_all = _Missed(
            missed_in_all.frames + missed.frames,
            missed_in_all.said + missed.said,
            [*missed_in_all.holes, *missed.holes],
        )
        back = sum(now.measured.resumed > then for now, then in zip(people, before, strict=True))
        print(f"  node {number + 1} replaced, {back} people's sockets came back: {_told(missed)}", flush=True)
    print(f"  in all: {_told(missed_in_all)}")
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


class _Missed(NamedTuple):
    """Frames of speech, summed over all listeners."""

    frames: int
    said: int
    holes: list[int]


def _missed(people: list[Person]) -> _Missed:
    """Of what was said since this was last asked."""
    for person in people:
        person.take_turn()
    said, holes = 0, []
    for speaker in people:
        # What was said a moment ago is still on its way.
        turns, speaker.words.turns = speaker.words.turns, []
        if turns and speaker.began is not None:
            late = range(max(turns[-1].start, turns[-1].stop - UNDER_WAY), turns[-1].stop)
            turns[-1] = range(turns[-1].start, late.start)
            speaker.words.turns.append(late)
        for listener in people:
            if listener is not speaker:
                said += sum(map(len, turns))
                holes += listener.words.missed(speaker.number, turns)
    return _Missed(sum(holes), said, holes)


def _told(missed: _Missed) -> str:
    worst = max(missed.holes, default=0) * AUDIO_FRAME_MS
    return f"{missed.frames} of {missed.said} frames of speech not heard, the longest hole {worst} ms"


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
    person.words = Words()
    return person


async def main() -> int:
    media = await asyncio.to_thread(prepared_media)
    whole = True
    for pauses in (True, False):
        with tempfile.TemporaryDirectory() as folder:
            whole &= await upgrade(media, Path(folder), pauses=pauses)
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
