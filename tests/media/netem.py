"""A seeded lossy link in simulated time: what a bad network does to datagrams, and nothing else."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Conditions:
    """Chances are 0 to 1, times are seconds."""

    loss: float = 0.0
    burst_start: float = 0.0
    """Chance per datagram that a burst begins, in which everything is lost."""
    burst_end: float = 0.3
    """Chance per datagram that it ends (Gilbert's model)."""
    delay: float = 0.01
    jitter: float = 0.0
    """Added to the delay, uniformly; order is kept."""
    reorder: float = 0.0
    """Chance to be held back by `reorder_by`, so that later ones overtake."""
    reorder_by: float = 0.03
    duplicate: float = 0.0


PERFECT = Conditions()


class Link:
    """One direction between two ends."""

    def __init__(self, conditions: Conditions, random: Random) -> None:
        self.conditions = conditions
        self._random = random
        self._queue: list[tuple[float, int, bytes]] = []
        self._count = 0
        self._in_burst = False
        self._latest = 0.0
        self.sent = 0
        self.lost = 0

    def send(self, datagram: bytes, now: float) -> None:
        conditions, chance = self.conditions, self._random.random
        self.sent += 1
        if self._in_burst:
            self._in_burst = chance() >= conditions.burst_end
        elif conditions.burst_start and chance() < conditions.burst_start:
            self._in_burst = True
        if self._in_burst or chance() < conditions.loss:
            self.lost += 1
            return
        at = max(self._latest, now + conditions.delay + conditions.jitter * chance())
        if conditions.reorder and chance() < conditions.reorder:
            self._push(at + conditions.reorder_by, datagram)
        else:
            self._latest = at
            self._push(at, datagram)
        if conditions.duplicate and chance() < conditions.duplicate:
            self._push(at + conditions.jitter, datagram)

    def _push(self, at: float, datagram: bytes) -> None:
        self._count += 1
        heapq.heappush(self._queue, (at, self._count, datagram))

    def deliver(self, now: float) -> list[bytes]:
        """What has arrived by `now`, in order of arrival."""
        arrived: list[bytes] = []
        while self._queue and self._queue[0][0] <= now:
            arrived.append(heapq.heappop(self._queue)[2])
        return arrived
