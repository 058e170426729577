"""What holds the event loop: the longest single turn for each thing that happens in a room.

    python -m benchmarks.turns [--people 16 30] [--rounds N] [--json FILE]

A whole server in this process, but for HTTP: rooms, sessions, planner, media plane and relay are the real ones; people are
connections without a socket that say hello and offer media as browsers do. One thing happens at a time: deciding, planning,
routes in the relay, fan-out to everybody's outbox. Timed is the CPU time of this thread, turn by turn, because whatever the
server spreads over several turns lets media through in between. The garbage collector is set as in the server.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median

import msgspec
import structlog
import uvloop

from benchmarks.table import Figure, conclude
from classroom import invitations
from classroom.config import Config
from classroom.hosts import RoomHost
from classroom.journal.memory import MemoryJournal
from classroom.media.model import PublicationKind
from classroom.runtime import Runtime
from classroom.wire import REGISTRY
from loadtest.sdp import SOURCES, make_offer
from rooms.commands import (
    BreakoutPlan,
    CloseBreakouts,
    LowerHand,
    OpenBreakouts,
    PostChat,
    RaiseHand,
    RotateBreakouts,
    SetMedia,
)
from rooms.model import Role
from signaling import codec
from signaling.connection import Connection, HelloReceived, RequestReceived
from signaling.limits import SessionLimits
from signaling.messages import PROTOCOL_VERSION, Hello, Offer, Tile, View
from signaling.tokens import KeyRing, sign

LIMIT_MS = 5.0
TITLE = "Longest turn of the event loop (median over the rounds)"
TURNS = 8
"""Looked at after something has happened."""
FINGERPRINT = ":".join(["AB"] * 32)
Act = Callable[[], None]


@dataclass
class Turns:
    """CPU milliseconds of turns of the loop."""

    longest: list[float] = field(default_factory=list)
    total: list[float] = field(default_factory=list)

    async def measure(self, act: Act) -> None:
        spent = []
        for turn in (act, *[None] * TURNS):
            before = time.thread_time()
            if turn is not None:
                turn()
            else:
                await asyncio.sleep(0)
            spent.append((time.thread_time() - before) * 1000)
        self.longest.append(max(spent))
        self.total.append(sum(spent))


class Person:
    """Somebody in the room: a connection whose socket is this object."""

    def __init__(self, runtime: Runtime, host: RoomHost, name: str, *, trainer: bool) -> None:
        role: Role = "trainer" if trainer else "participant"
        self._invitation = invitations.personal(host.room_id, "Bench", role, name, now_s=int(time.time()))
        self._runtime = runtime
        self._refs = count(1)
        self._connection = Connection(runtime.config.session_limits, REGISTRY, time.monotonic())
        self.id = self._invitation.seat or ""

    async def join(self) -> None:
        token = sign(self._invitation, self._runtime.keys)
        (hello,) = self._receive(Hello(protocol=PROTOCOL_VERSION, token=token))
        assert isinstance(hello, HelloReceived)
        await self._runtime.admissions.hello(self._connection, hello)

    def ask(self, request: msgspec.Struct) -> None:
        for received in self._receive(request):
            assert isinstance(received, RequestReceived)
            assert self._connection.session is not None
            self._runtime.dispatcher.dispatch(self._connection.session, received)

    def read(self) -> None:
        """Takes everything that waits to be sent."""
        while self._connection.next_output() is not None:
            pass

    def _receive(self, request: msgspec.Struct) -> Sequence[HelloReceived | RequestReceived]:
        frame = codec.encode_request(next(self._refs), request)
        return self._connection.receive(frame, time.monotonic())


@asynccontextmanager
async def room_of(people: int) -> AsyncIterator[tuple[Runtime, RoomHost]]:
    limits = replace(SessionLimits(), requests_per_s=1e6, request_burst=1e6)
    config = replace(Config(), media_port=0, media_addresses=("127.0.0.1",), session_limits=limits)
    runtime = Runtime(config, KeyRing({"k": secrets.token_bytes(32)}, "k"), MemoryJournal())
    await runtime.start()
    try:
        room_id = invitations.new_room_id()
        await invitations.create_room(runtime.journal, room_id, "Bench", people)
        runtime.collector.settle()
        yield runtime, await runtime.hosts.get(room_id)
    finally:
        await runtime.stop()


def offer(config: Config) -> Offer:
    sdp = make_offer(
        ufrag=secrets.token_hex(4),
        pwd=secrets.token_hex(12),
        fingerprint=FINGERPRINT,
        rids=("h", "m", "l"),
        audio_slots=config.audio_slots,
        video_slots=config.video_slots,
    )
    return Offer(sdp=sdp, sources=msgspec.convert(SOURCES, dict[str, PublicationKind]))


def view(everybody: Sequence[Person], viewer: Person, heights: Sequence[int]) -> View:
    others = [other for other in everybody if other is not viewer][:16]
    return View(
        tiles=tuple(
            Tile(participant_id=other.id, kind="camera", width=height * 16 // 9, height=height)
            for other, height in zip(others, [*heights, *[180] * len(others)], strict=False)
        )
    )


def cycles(runtime: Runtime, room_id: str, everybody: Sequence[Person]) -> list[list[tuple[str, Act]]]:
    """What happens, and what it is called; each list is done over and over."""
    trainer, ana, ben, *others = everybody

    def does(person: Person, request: msgspec.Struct) -> Act:
        return partial(person.ask, request)

    def speak(*who: Person) -> Act:
        loud = tuple((person.id, 0.9 - 0.1 * rank) for rank, person in enumerate(who))
        return lambda: runtime.switchboard.speakers_changed(room_id, loud)

    unheard, heard = "somebody speaks who had no slot", "who speaks changes, all have slots"
    pairs = OpenBreakouts(plan=BreakoutPlan(mode="pairs"))
    return [
        [(unheard, speak(*others[n : n + 2])) for n in range(0, len(others) - 1, 2)],
        [(heard, speak(ana, ben)), (heard, speak(ben, ana)), (heard, speak(ben)), (heard, speak())],
        [
            ("a screen changes", does(ana, view(everybody, ana, [720]))),
            ("a screen changes", does(ana, view(everybody, ana, [180, 720]))),
        ],
        [
            ("hand raised", does(ana, RaiseHand())),
            ("hand lowered", does(ana, LowerHand(participant_id=ana.id))),
        ],
        [("chat message", does(ben, PostChat(channel="room", text="Where is the exercise?")))],
        [
            ("microphone off", does(ana, SetMedia(microphone=False, camera=True))),
            ("microphone on", does(ana, SetMedia(microphone=True, camera=True))),
        ],
        [
            ("pairs open", does(trainer, pairs)),
            ("pairs rotate", does(trainer, RotateBreakouts())),
            ("pairs close", does(trainer, CloseBreakouts())),
        ],
    ]


async def turns(people: int, rounds: int) -> dict[str, Turns]:
    measured: dict[str, Turns] = defaultdict(Turns)
    async with room_of(people) as (runtime, host):
        everybody = [Person(runtime, host, f"Person {n}", trainer=n == 0) for n in range(people)]
        for person in everybody:
            await person.join()
            await measured["media offered"].measure(partial(person.ask, offer(runtime.config)))
            await measured["camera on"].measure(partial(person.ask, SetMedia(microphone=True, camera=True)))
        for person in everybody:
            person.ask(view(everybody, person, []))
        for cycle in cycles(runtime, host.room_id, everybody):
            for _ in range(rounds):
                for name, act in cycle:
                    for person in everybody:
                        person.read()
                    await measured[name].measure(act)
    return measured


def measure(people: Sequence[int] = (16, 30), rounds: int = 20) -> list[Figure]:
    logger = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    try:
        return [
            Figure(f"{many} people: {name}", median(turn.longest), "ms", LIMIT_MS)
            for many in people
            for name, turn in uvloop.run(turns(many, rounds)).items()
        ]
    finally:
        structlog.configure(wrapper_class=logger)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--people", type=int, nargs="+", default=[16, 30])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    return conclude(TITLE, measure(options.people, options.rounds), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
