"""A poor network, on one person's own sockets: losses in bursts, delay, jitter, and times without anything. Seeded.

Decides only; `loadtest.transport` keeps what is delayed. Time is an argument.
"""

from __future__ import annotations

import random

from loadtest.scenario import Network


class Direction:
    """One way of a path. Gilbert's model: two states, in one of which everything is lost; `burst` packets stay there on
    average, and `loss` of all are lost."""

    def __init__(self, network: Network, seed: str) -> None:
        self._draw = random.Random(seed)
        self._losing = False
        self._end = 1 / network.burst
        self._begin = min(1.0, self._end * network.loss / (1 - network.loss)) if network.loss < 1 else 1.0
        self._always = network.loss >= 1
        self._delay_s = network.delay_ms / 1000
        self._jitter_s = network.jitter_ms / 1000
        self._last = float("-inf")

    def due(self, now: float) -> float | None:
        """When a packet that enters now comes out; None: never. Packets stay in order."""
        if self._losing:
            self._losing = self._always or self._draw.random() >= self._end
        else:
            self._losing = self._draw.random() < self._begin
        if self._losing:
            return None
        delay = self._delay_s + (self._draw.uniform(0, self._jitter_s) if self._jitter_s else 0.0)
        self._last = max(self._last, now + delay)
        return self._last


class NetworkPath:
    """Both directions of one person's path; `network` None: nothing but cuts."""

    def __init__(self, network: Network | None, seed: str) -> None:
        self._up = Direction(network, f"{seed}/up") if network else None
        self._down = Direction(network, f"{seed}/down") if network else None
        self._cut_until = float("-inf")

    def cut(self, until: float) -> None:
        """Nothing passes before `until`."""
        self._cut_until = max(self._cut_until, until)

    def up(self, now: float) -> float | None:
        if now < self._cut_until:
            return None
        return self._up.due(now) if self._up else now

    def down(self, now: float) -> float | None:
        if now < self._cut_until:
            return None
        return self._down.due(now) if self._down else now
