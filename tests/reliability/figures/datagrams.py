"""A million datagrams from a stranger to the media port, while people talk."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from loadtest.media import Media, load_speech, make_quiet, make_video
from loadtest.pacer import Pacer
from loadtest.participant import Participant
from loadtest.recorder import Recorder
from tests.reliability.figures.crowd import memory_mb, server_of_its_own

PEOPLE = 4
DATAGRAMS = 1_000_000
PER_S = 25_000
CALM_S = 10.0

FLOOD = """
import random, socket, sys, time
port, count, per_s = map(int, sys.argv[1:])
draw = random.Random(1)
stun = b"\\x00\\x01\\x00\\x00\\x21\\x12\\xa4\\x42"
kinds = [
    lambda: b"",
    lambda: draw.randbytes(1),
    lambda: draw.randbytes(draw.randrange(2, 1400)),
    lambda: stun + draw.randbytes(12),
    lambda: b"\\x00\\x01\\xff\\xfc" + stun[4:] + draw.randbytes(draw.randrange(12, 600)),
    lambda: b"\\x16\\xfe\\xfd" + draw.randbytes(draw.randrange(1, 1200)),
    lambda: b"\\x80\\x6f" + draw.randbytes(draw.randrange(1, 1200)),
    lambda: b"\\x81\\xc9" + draw.randbytes(draw.randrange(1, 200)),
]
ready = [draw.choice(kinds)() for _ in range(5_000)]
sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(50)]
began = time.monotonic()
for number in range(count):
    sockets[number % 50].sendto(ready[number % 5_000], ("127.0.0.1", port))
    ahead = number / per_s - (time.monotonic() - began)
    if ahead > 0.002:
        time.sleep(ahead)
"""


async def measure() -> str:
    media = await asyncio.to_thread(
        lambda: Media(speech=load_speech(), quiet=make_quiet(), video=make_video())
    )
    async with server_of_its_own() as server:
        room = server.create_room()
        pacer = Pacer()
        recorder = Recorder()
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
                voice=True,
                microphone_on=True,
                screen=(640, 360),
                camera_on=False,
                recorder=recorder,
            )
            for number in range(PEOPLE)
        ]
        assert all([await person.join() for person in people]), [person.measured.errors for person in people]
        await asyncio.sleep(CALM_S)
        memory, dropped = memory_mb(server), _dropped(server.media_port)
        began = time.monotonic()
        flood = await asyncio.create_subprocess_exec(
            sys.executable, "-c", FLOOD, *map(str, (server.media_port, DATAGRAMS, PER_S))
        )
        assert await flood.wait() == 0
        took = time.monotonic() - began
        heard = [person.peer for person in people]
        await asyncio.sleep(2)
        grown, dropped = memory_mb(server) - memory, _dropped(server.media_port) - dropped
        for person in people:
            person.note_endings()
        lost = sum(bool(person.measured.errors) or person.measured.losses > 0 for person in people)
        assert len(heard) == PEOPLE
        await asyncio.gather(*(person.leave() for person in people))
        pacer.close()
    return (
        f"{DATAGRAMS:,} in {took:.0f} s, empty, random and shaped like STUN, DTLS, RTP and RTCP "
        f"({dropped:,} of them not taken by the kernel): {lost} of {PEOPLE} sessions lost, memory + {grown:.1f} MB"
    )


def _dropped(port: int) -> int:
    """What the kernel threw away because the socket's buffer was full."""
    for line in Path("/proc/net/udp").read_text().splitlines()[1:]:
        fields = line.split()
        if int(fields[1].rpartition(":")[2], 16) == port:
            return int(fields[-1])
    return 0
