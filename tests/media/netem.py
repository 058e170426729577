"""A seeded lossy link in simulated time: datagrams suffer what tests.network.impairment says, and nothing else."""

from __future__ import annotations

import heapq
from random import Random

from tests.network.impairment import Direction, Impairment

PERFECT = Impairment(delay_s=0.01)


class Link:
    """One direction between two ends."""

    def __init__(self, impairment: Impairment, random: Random) -> None:
        self._direction = Direction(impairment, random.getrandbits(64))
        self._queue: list[tuple[float, int, bytes]] = []
        self._count = 0
        self._newest_at = 0.0
        self.sent = 0

    @property
    def impairment(self) -> Impairment:
        return self._direction.impairment

    @impairment.setter
    def impairment(self, impairment: Impairment) -> None:
        self._direction.impairment = impairment

    @property
    def lost(self) -> int:
        return self._direction.lost

    def send(self, datagram: bytes, now: float) -> None:
        self.sent += 1
        for at in self._direction.send(len(datagram), now):
            self._count += 1
            self._newest_at = max(self._newest_at, at)
            heapq.heappush(self._queue, (at, self._count, datagram))

    def queue_s(self, now: float) -> float:
        """How long a datagram sent now would wait before the bottleneck."""
        return max(0.0, self._newest_at - now - self.impairment.delay_s)

    def deliver(self, now: float) -> list[bytes]:
        """What has arrived by `now`, in order of arrival."""
        return [datagram for _, datagram in self.arrivals(now)]

    def arrivals(self, now: float) -> list[tuple[float, bytes]]:
        """The same, and when each arrived."""
        arrived: list[tuple[float, bytes]] = []
        while self._queue and self._queue[0][0] <= now:
            at, _, datagram = heapq.heappop(self._queue)
            arrived.append((at, datagram))
        return arrived
