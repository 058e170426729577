"""Rooms come and go, faster than in life: whether the server's memory grows.

In every fourth room people hear one another by real WebRTC connections. Everybody leaves at the end: the seats of those who
vanish, and their rooms, would be kept for ten minutes.
"""

from __future__ import annotations

import asyncio
import re
import statistics
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field

import httpx

from loadtest.media import Media, load_speech, make_quiet, make_video
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from rooms.commands import (
    BreakoutPlan,
    CloseBreakouts,
    GroupSpec,
    Leave,
    LowerHand,
    OpenBreakouts,
    PostChat,
    RaiseHand,
)
from tests.reliability.figures.crowd import server_of_its_own
from tests.support.client import Client, Closed, Refusal
from tests.support.server import ClassroomServer

PEOPLE = 8
LISTENERS, VOICES = 4, 2
SOUND_EVERY = 4
"""One room of so many is one of sound."""
SOUND_S = 8.0
WARM_SHARE = 0.4
"""Of the time: caches fill and the allocator finds its size."""
SAMPLE_S = 2.0
TELL_EVERY_S = 300.0
PAUSE_S = 0.3
NO_KEEPING = httpx.Limits(max_keepalive_connections=0)
FAILURES = (Refusal, Closed, OSError, TimeoutError)


@dataclass
class Soak:
    """What was played, and the memory of it (hours, megabytes)."""

    rooms: int = 0
    of_sound: int = 0
    failed: int = 0
    samples: list[tuple[float, float]] = field(default_factory=list)


async def measure(minutes: float = 9.0) -> str:
    """Figures of `minutes`, told to stderr every five of them, too."""
    media = await asyncio.to_thread(
        lambda: Media(speech=load_speech(), quiet=make_quiet(), video=make_video())
    )
    soak = Soak()
    async with server_of_its_own() as server, httpx.AsyncClient(timeout=60.0, limits=NO_KEEPING) as http:
        began = time.monotonic()
        rooms = asyncio.create_task(_rooms(soak, server, media, began + 60 * minutes))
        told = began
        while not rooms.done():
            await asyncio.wait((rooms,), timeout=SAMPLE_S)
            now = time.monotonic()
            with suppress(httpx.HTTPError):  # this machine may be too busy to answer
                soak.samples.append(((now - began) / 3600, await _memory_mb(http, server)))
            if now - told >= TELL_EVERY_S and soak.samples:
                told = now
                print(f"soak: {(now - began) / 60:.0f} minutes, {soak.samples[-1][1]:.1f} MB, {soak.rooms} rooms",
                      file=sys.stderr, flush=True)  # fmt: skip
        await rooms
    later = [sample for sample in soak.samples if sample[0] * 60 > WARM_SHARE * minutes]
    slope, _ = statistics.linear_regression(*zip(*later, strict=True))
    return (
        f"{minutes:.0f} minutes, {soak.rooms} rooms of {PEOPLE} people with chat, hands and groups, and "
        f"{soak.of_sound} of {LISTENERS} people with sound ({soak.failed} did not work out): "
        f"{slope:+.1f} MB/h by regression over the last {100 * (1 - WARM_SHARE):.0f} %; "
        f"every {TELL_EVERY_S / 60:.0f} minutes {_course(soak.samples)} MB"
    )


def _course(samples: list[tuple[float, float]]) -> str:
    """The medians of each stretch: a sample in the middle of a room is higher."""
    stretches: dict[int, list[float]] = {}
    for hours, size in samples:
        stretches.setdefault(int(hours * 3600 / TELL_EVERY_S), []).append(size)
    return ", ".join(f"{statistics.median(sizes):.1f}" for sizes in stretches.values())


async def _memory_mb(http: httpx.AsyncClient, server: ClassroomServer) -> float:
    """Raises httpx.HTTPError."""
    page = (await http.get(f"{server.url}/metrics")).raise_for_status().text
    found = re.search(r"^process_resident_memory_bytes (\S+)$", page, re.MULTILINE)
    assert found is not None
    return float(found[1]) / 2**20


async def _rooms(soak: Soak, server: ClassroomServer, media: Media, until: float) -> None:
    """A room that does not work out (the machine is busy with other things) is counted, and the next one comes."""
    while time.monotonic() < until:
        number = soak.rooms + soak.of_sound + soak.failed
        address = f"127.0.2.{1 + number % 250}"  # the server bounds what comes from one address
        try:
            if number % SOUND_EVERY == SOUND_EVERY - 1:
                await _room_of_sound(server, media, address)
                soak.of_sound += 1
            else:
                await _room(server, address)
                soak.rooms += 1
        except FAILURES as problem:
            soak.failed += 1
            print(f"soak: a room did not work out: {problem!r}", file=sys.stderr, flush=True)
        await asyncio.sleep(PAUSE_S)


async def _room_of_sound(server: ClassroomServer, media: Media, address: str) -> None:
    room = server.create_room()
    pacer = Pacer()
    directory: dict[int, str] = {}
    people = [
        Participant(
            number=number,
            name=f"P{number}",
            role="participant",
            link=server.invite(room, name=f"P{number}"),
            directory=directory,
            media=media,
            pacer=pacer,
            voice=number < VOICES,
            microphone_on=True,
            screen=(640, 360),
            receives="audio",
            camera_on=False,
            address=address,
        )
        for number in range(LISTENERS)
    ]
    try:
        if not all([await person.join() for person in people]):
            raise OSError([person.measured.errors for person in people])
        await asyncio.sleep(SOUND_S)
    finally:
        await asyncio.gather(*(person.leave() for person in people), return_exceptions=True)
        pacer.close()


async def _room(server: ClassroomServer, address: str) -> None:
    way = (address, 0)
    room = server.create_room()
    names = [f"P{number}" for number in range(PEOPLE - 1)]
    tara = await Client.join(server.ws_url, server.invite(room, "trainer", "Tara"), local_addr=way)
    people = [
        await Client.join(server.ws_url, server.invite(room, name=name), local_addr=way) for name in names
    ]
    for person in people:
        await person.request(PostChat(channel="room", text="hello " * 20))
        await person.request(RaiseHand())
    await tara.request(LowerHand(participant_id=people[0].me))
    groups = tuple(
        GroupSpec(name=f"G{index}", members=tuple(person.me for person in people[index::2]))
        for index in (0, 1)
    )
    await tara.request(OpenBreakouts(plan=BreakoutPlan(mode="manual", groups=groups)))
    await tara.request(CloseBreakouts(after_s=0))
    for index, person in enumerate([tara, *people]):
        await person.request(Leave())
        await (person.close() if index % 2 else person.cut())
