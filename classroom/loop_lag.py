"""How late the event loop is: everything shares it, so whatever holds it holds up everybody's sound.

A timer is set again and again; how much later than asked it fires is the loop's lag. `LagMeter` is what is made of that
(pure; times are arguments), `LoopWatch` sets the timer. The lag is a metric (`figures`), and a lag that people can hear is a
warning in the log, at most one in a while. The warning tells whose doing it was: `cpu_ms` near to `lag_ms` is work of ours that
held the loop (`gc_ms` of it the garbage collector's); much less is a machine that had no time for us.
"""

from __future__ import annotations

import asyncio
import gc
import time
from bisect import bisect_left
from collections import deque
from dataclasses import dataclass
from typing import Any, Final

from classroom import logs

log = logs.get("loop")

EVERY_S: Final = 0.02
WARN_S: Final = 0.05
WARN_EVERY_S: Final = 10.0
BOUNDS_MS: Final = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 250.0, 1000.0)
WINDOW_S: Final = 60.0
SLOTS: Final = 12
"""The worst of the last minute is kept in so many parts."""


@dataclass(frozen=True, slots=True)
class LagFigures:
    """Since the start, but for `worst_ms`. A lag of exactly a bound counts below it."""

    samples: int
    buckets: tuple[int, ...]
    """How many were at most 1, 2, 5, 10, 20, 50, 100, 250 and 1000 ms (`BOUNDS_MS`), and how many longer; not cumulative."""
    worst_ms: float
    """Within the last minute."""
    total_ms: float = 0.0
    """Of all samples."""

    def share_above(self, bound_ms: float) -> float:
        """Of all samples; `bound_ms` is one of `BOUNDS_MS`."""
        above = sum(self.buckets[BOUNDS_MS.index(bound_ms) + 1 :])
        return above / self.samples if self.samples else 0.0


@dataclass(frozen=True, slots=True)
class LagWarning:
    """What to tell the log."""

    lag_ms: float
    cpu_ms: float
    gc_ms: float
    untold: int
    """Warnings that were held back since the last one."""


class LagMeter:
    """Times are monotonic seconds."""

    def __init__(self) -> None:
        self._buckets = [0] * (len(BOUNDS_MS) + 1)
        self._worst: deque[tuple[int, float]] = deque(maxlen=SLOTS)
        """(number of the part of time, worst lag in it), oldest first."""
        self._total_s = 0.0
        self._warn_at = float("-inf")
        self._untold = 0

    def sample(self, lag_s: float, cpu_s: float, gc_s: float, now: float) -> LagWarning | None:
        """The loop was `lag_s` late; meanwhile we computed for `cpu_s`, and collected garbage for `gc_s` of that."""
        self._buckets[bisect_left(BOUNDS_MS, lag_s * 1000)] += 1
        self._total_s += lag_s
        part = int(now * SLOTS / WINDOW_S)
        if self._worst and self._worst[-1][0] == part:
            self._worst[-1] = part, max(self._worst[-1][1], lag_s)
        else:
            self._worst.append((part, lag_s))
        if lag_s <= WARN_S:
            return None
        if now < self._warn_at:
            self._untold += 1
            return None
        warning = LagWarning(lag_s * 1000, cpu_s * 1000, gc_s * 1000, self._untold)
        self._warn_at, self._untold = now + WARN_EVERY_S, 0
        return warning

    def figures(self, now: float) -> LagFigures:
        since = int(now * SLOTS / WINDOW_S) - SLOTS
        worst = max((lag_s for part, lag_s in self._worst if part > since), default=0.0)
        return LagFigures(sum(self._buckets), tuple(self._buckets), worst * 1000, self._total_s * 1000)


class LoopWatch:
    """Watches the loop that called `start`."""

    def __init__(self) -> None:
        self._meter = LagMeter()
        self._timer: asyncio.TimerHandle | None = None
        self._due = 0.0
        self._cpu_s = 0.0
        self._gc_s = 0.0
        self._gc_began = 0.0
        self.gc_total_s = 0.0
        """What the garbage collector has taken since the start."""

    def start(self) -> None:
        gc.callbacks.append(self._collecting)
        self._cpu_s = time.thread_time()
        self._arm()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
            gc.callbacks.remove(self._collecting)

    @property
    def figures(self) -> LagFigures:
        return self._meter.figures(time.monotonic())

    def _arm(self) -> None:
        self._due = time.monotonic() + EVERY_S
        self._timer = asyncio.get_running_loop().call_later(EVERY_S, self._fired)

    def _fired(self) -> None:
        now, cpu_s = time.monotonic(), time.thread_time()
        warning = self._meter.sample(max(0.0, now - self._due), cpu_s - self._cpu_s, self._gc_s, now)
        if warning is not None:
            log.warning(
                "the loop was late",
                lag_ms=round(warning.lag_ms, 1),
                cpu_ms=round(warning.cpu_ms, 1),
                gc_ms=round(warning.gc_ms, 1),
                untold=warning.untold,
            )
        self._cpu_s, self._gc_s = cpu_s, 0.0
        self._arm()

    def _collecting(self, phase: str, _: dict[str, Any]) -> None:
        if phase == "start":
            self._gc_began = time.thread_time()
        else:
            took_s = time.thread_time() - self._gc_began
            self._gc_s += took_s
            self.gc_total_s += took_s
