"""The last hours in a few kilobytes: one number a minute, in a ring of fixed size. Sans-I/O; times are Unix milliseconds."""

from __future__ import annotations

from array import array
from typing import Final, Literal

MINUTE_MS: Final = 60_000
MINUTES: Final = 240
"""Kept of each room."""

Merge = Literal["max", "sum"]


class Ring:
    """`size` slots of `step_ms` each; what is older is overwritten. 4 bytes a slot."""

    def __init__(self, merge: Merge, *, size: int = MINUTES, step_ms: int = MINUTE_MS) -> None:
        """`merge`: what becomes of several values in one slot."""
        self._merge = merge
        self._step_ms = step_ms
        self._values = array("f", [0.0]) * size
        self._first: int | None = None
        """The number of the first slot that was ever written …"""
        self._newest = 0
        """… and of the newest."""

    def add(self, value: float, now_ms: int) -> None:
        slot = now_ms // self._step_ms
        if self._first is None:
            self._first = self._newest = slot
        if slot < self._newest:  # the clock was set back: the newest slot goes on
            slot = self._newest
        size = len(self._values)
        for skipped in range(max(self._newest + 1, slot - size + 1), slot + 1):
            self._values[skipped % size] = 0.0
        self._newest = slot
        index = slot % size
        known = self._values[index]
        self._values[index] = max(known, value) if self._merge == "max" else known + value

    def last(self, count: int) -> tuple[float, ...]:
        """The newest `count` slots at most, oldest first; the one that is being written is the last."""
        if self._first is None:
            return ()
        size = len(self._values)
        begin = max(self._first, self._newest - min(count, size) + 1)
        return tuple(round(self._values[slot % size], 2) for slot in range(begin, self._newest + 1))


class Series:
    """Readings one after the other, None where there was nothing to read; the last `size` are kept."""

    def __init__(self, size: int) -> None:
        self._values = array("f", [0.0]) * size
        self._count = 0

    def add(self, value: float | None) -> None:
        self._values[self._count % len(self._values)] = float("nan") if value is None else value
        self._count += 1

    def all(self) -> tuple[float | None, ...]:
        """Oldest first."""
        size = len(self._values)
        found = (self._values[n % size] for n in range(max(0, self._count - size), self._count))
        return tuple(None if value != value else round(value, 3) for value in found)
