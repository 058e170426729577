"""One timer for everything that all participants do on time."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import Callable
from itertools import count

Task = Callable[[float], float | None]
"""Called with the time it was due (not the time it is); returns when it is due next, or None to stop."""
_RESOLUTION_S = 0.001
CATCH_UP_S = 1.5


class Pacer:
    """Runs tasks when they are due, on the running loop's clock (monotonic seconds).

    A task that is late is caught up, so that the media sent is the media planned; but no more than `catch_up_s`, or a
    machine that cannot keep up would only fall farther behind, and the run never end. `worst_lag_s` tells how late the
    load generator itself has been, and with it how far its figures can be trusted.
    """

    def __init__(self, catch_up_s: float = CATCH_UP_S) -> None:
        self._catch_up_s = catch_up_s
        self._loop = asyncio.get_running_loop()
        self._heap: list[tuple[float, int, Task]] = []
        self._order = count()
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self.worst_lag_s = 0.0

    def now(self) -> float:
        return self._loop.time()

    def start(self, task: Task, at: float) -> None:
        heapq.heappush(self._heap, (at, next(self._order), task))
        if self._heap[0][2] is task:
            self._arm()

    def close(self) -> None:
        self._closed = True
        self._heap.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        # uvloop's timers count whole milliseconds: one that is due in less would fire at once, again and again.
        delay = max(_RESOLUTION_S, self._heap[0][0] - self._loop.time())
        self._timer = self._loop.call_later(delay, self._run)

    def _run(self) -> None:
        heap = self._heap
        now = self._loop.time()
        self.worst_lag_s = max(self.worst_lag_s, now - heap[0][0])
        while heap and heap[0][0] <= now:
            due, _, task = heapq.heappop(heap)
            next_due = task(max(due, now - self._catch_up_s))
            if self._closed:
                return
            if next_due is not None:
                heapq.heappush(heap, (next_due, next(self._order), task))
        if heap:
            self._arm()
