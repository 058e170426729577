"""What a poor path does to packets, seeded and sans-I/O: the same seed and the same packets give the same fate."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Impairment:
    """One direction of a path. All of it may change while packets fly (`Direction.impairment`)."""

    loss: float = 0.0
    """Share of packets lost, 0..1."""
    burst: float = 1.0
    """Mean length of a run of losses; 1: independent losses (Gilbert's two-state model otherwise)."""
    delay_s: float = 0.0
    jitter_s: float = 0.0
    """Uniform, added to the delay; packets stay in order, as on most real paths."""
    reorder: float = 0.0
    """Share of packets held back by `reorder_by_s`, so that later ones overtake them."""
    reorder_by_s: float = 0.03
    duplicate: float = 0.0
    """Share of packets that come twice."""
    rate_bps: float | None = None
    queue_s: float = 1.0
    """How much the bottleneck buffers before it drops the tail."""


class Direction:
    """Decides for each packet when it comes out at the other end, or that it never does."""

    def __init__(self, impairment: Impairment, seed: int) -> None:
        self.impairment = impairment
        self.lost = self.overflowed = self.passed = 0
        self._random = random.Random(seed)
        self._losing = False
        self._free_at = 0.0
        self._last_out = 0.0

    def send(self, size_bytes: int, now: float) -> tuple[float, ...]:
        """When the packet arrives, and perhaps again; empty: lost."""
        path = self.impairment
        if self._loses(path):
            self.lost += 1
            return ()
        out = now
        if path.rate_bps is not None:
            if self._free_at - now > path.queue_s:
                self.overflowed += 1
                return ()
            self._free_at = out = max(self._free_at, now) + size_bytes * 8 / path.rate_bps
        out += path.delay_s + self._random.random() * path.jitter_s
        self.passed += 1
        out = max(out, self._last_out)
        if path.reorder and self._random.random() < path.reorder:
            out += path.reorder_by_s
        else:
            self._last_out = out
        if path.duplicate and self._random.random() < path.duplicate:
            return out, out
        return (out,)

    def _loses(self, path: Impairment) -> bool:
        if path.loss <= 0:
            return False
        if path.burst <= 1:
            return self._random.random() < path.loss
        if self._losing:
            self._losing = self._random.random() >= 1 / path.burst
        else:
            self._losing = self._random.random() < path.loss / (path.burst * (1 - path.loss))
        return self._losing
