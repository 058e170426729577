"""Some rooms of a run, played by this process: joined, measured, left."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable, Iterator

from msgspec import Struct

from loadtest.collect import collect
from loadtest.kept_media import prepared_media
from loadtest.links import Links
from loadtest.media import Media
from loadtest.pacer import Pacer
from loadtest.peer import MediaPeer
from loadtest.plan import plan_room
from loadtest.recorder import Recorder, Second
from loadtest.report import FaultDone, Part, make_part
from loadtest.room import Room
from loadtest.scenario import Scenario
from loadtest.transport import DRAIN_EVERY_S

_MOVE_LOOK_S, _MOVE_LOOKS = 0.05, 60
"""When the measured seconds are over, the last move may still take three more."""
_SETTLE_S = 0.5
"""After sending has stopped: what is under way arrives, gaps are repaired."""
_RETURN_S = 15.0
"""When the measured seconds are over, whoever was cut off may take so much longer to come back."""
_DRAIN_PER_PERSON_S = 0.0001
"""Of a hundred people and more in one process, sockets are read less often: waking up for each costs too much."""


class Order(Struct, frozen=True):
    """What a process is to play. Rooms are worked out from the scenario's seed, wherever they are played."""

    scenario: Scenario
    rooms: tuple[int, ...]
    links: tuple[Links, ...]
    """One for each of `rooms`."""

    @property
    def people(self) -> int:
        return len(self.rooms) * self.scenario.people


OnSecond = Callable[[Second], object]


class Shard:
    """Call `prepare`, `join`, `measure`, `finish` in this order, and `close` in any case. `on_second` is told of each second
    from the joining on."""

    def __init__(self, order: Order, on_second: OnSecond) -> None:
        self._order = order
        self._on_second = on_second
        self._recorder = Recorder()
        self._pacer = Pacer()
        self._rooms: list[Room] = []
        self._watch: asyncio.Task[None] | None = None
        self._began = 0.0
        self._seconds = 0
        self._seen = (0, 0, 0)
        self._forwarded = self._forwarded_bytes = self._published = 0
        self._cpu_s = 0.0
        self._worst_lag_s = 0.0

    async def prepare(self) -> None:
        """What takes a few seconds of CPU, before any timing."""
        scenario = self._order.scenario
        prepared = await asyncio.to_thread(prepared_media) if scenario.needs_media else Media((), (), {})
        drain_every_s = max(DRAIN_EVERY_S, self._order.people * _DRAIN_PER_PERSON_S)
        self._rooms = [
            Room(
                plan_room(scenario, index),
                links,
                scenario,
                prepared,
                self._pacer,
                self._recorder,
                drain_every_s,
            )
            for index, links in zip(self._order.rooms, self._order.links, strict=True)
        ]

    async def join(self) -> int:
        """How many of the people are in."""
        self._began = self._pacer.now()
        self._watch = asyncio.create_task(self._tell_seconds())
        await asyncio.gather(*(room.fill(self._began) for room in self._rooms))
        return sum(each.connected for room in self._rooms for each in room.participants)

    async def measure(self) -> None:
        """The measured seconds of the scenario."""
        people = [each for room in self._rooms for each in room.participants]
        until = self._pacer.now() + self._order.scenario.seconds
        self._pacer.worst_lag_s = 0.0
        cpu_s, received = _own_cpu_s(), self._counts()[0]
        bytes_before, published = self._traffic()
        self._recorder.measuring = True
        for each in people:
            each.measuring = True
        await asyncio.gather(*(room.live(until) for room in self._rooms))
        self._recorder.measuring = False
        for each in people:
            each.measuring = False
        self._forwarded = self._counts()[0] - received
        bytes_after, published_after = self._traffic()
        self._forwarded_bytes, self._published = bytes_after - bytes_before, published_after - published
        self._cpu_s = _own_cpu_s() - cpu_s
        self._worst_lag_s = self._pacer.worst_lag_s

    async def finish(self) -> Part:
        """Lets what is under way arrive, sees everybody off, and adds up."""
        people = [each for room in self._rooms for each in room.participants]
        for _ in range(_MOVE_LOOKS):
            if not any(each.awaits_somebody for each in people):
                break
            await asyncio.sleep(_MOVE_LOOK_S)
        returning = [task for each in people if (task := each.coming_back) is not None]
        if returning:
            await asyncio.wait(returning, timeout=_RETURN_S)
        for room in self._rooms:
            room.end_moves()
            room.stop_sending()
        await asyncio.sleep(_SETTLE_S)
        if self._watch is not None:
            self._watch.cancel()
        for each in people:
            each.note_endings()
        await asyncio.gather(*(room.empty() for room in self._rooms))
        results = [result for room in self._rooms for result in collect(room)]
        part = make_part(results, self._order.scenario.losses == "fail")
        part.histograms = self._recorder.totals
        part.requests = self._recorder.requests
        part.forwarded, part.forwarded_bytes = self._forwarded, self._forwarded_bytes
        part.published = self._published
        part.ghosts = sum(room.ghosts for room in self._rooms)
        part.faults = [
            FaultDone(strike.at_s, strike.kind, 1) for room in self._rooms for strike in room.struck
        ]
        part.cpu_seconds, part.worst_lag_ms = self._cpu_s, 1000 * self._worst_lag_s
        if part.ghosts:
            part.problems.append(f"{part.ghosts} people who left were still told of")
        return part

    async def close(self) -> None:
        """Everybody still in leaves."""
        if self._watch is not None:
            self._watch.cancel()
        people = [each for room in self._rooms for each in room.participants]
        await asyncio.gather(*(each.leave() for each in people), return_exceptions=True)
        self._pacer.close()

    async def _tell_seconds(self) -> None:
        while True:
            await asyncio.sleep(max(0.0, self._began + self._seconds + 1 - self._pacer.now()))
            packets, expected, lost = counts = self._counts()
            before = self._seen
            self._seen = counts
            second = Second(
                at_s=self._seconds,
                people=sum(each.present for room in self._rooms for each in room.participants),
                packets=packets - before[0],
                expected=expected - before[1],
                lost=lost - before[2],
                histograms=self._recorder.cut_second(),
            )
            self._seconds += 1
            self._on_second(second)

    def _counts(self) -> tuple[int, int, int]:
        """Media packets received, expected and missing so far."""
        received = expected = lost = 0
        for peer in self._peers():
            for slot in peer.slots.values():
                received += slot.received
                expected += slot.expected
                lost += slot.lost
        return received, expected, lost

    def _traffic(self) -> tuple[int, int]:
        """Bytes of media received, and packets sent, so far."""
        received = sum(slot.bytes for peer in self._peers() for slot in peer.slots.values())
        return received, sum(peer.packets_sent for peer in self._peers())

    def _peers(self) -> Iterator[MediaPeer]:
        return (peer for room in self._rooms for each in room.participants for peer in each.peers)


def _own_cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
