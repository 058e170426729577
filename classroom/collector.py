"""When Python looks for garbage: not for long while somebody listens.

Almost everything is freed at once, by reference counts; the collector is for what refers to itself. It stops the loop, and so
everybody's sound, for as long as it looks, which depends on how many objects it looks at (about 0.4 ms for a thousand):

- What the start made never becomes garbage. It is frozen: 60,000 objects, 20 ms, that are never looked at again.
- Packets, most of the objects of a server at work, are hidden from the collector (`CachedPacket`).
- The two young generations stay as CPython has them: they look at what was made lately, for one or two milliseconds.
- A full collection looks at everything alive: 4 ms for a room of sixteen, more for more rooms. CPython starts one when it
  sees fit, in the middle of a word. Here it waits until nobody's media are connected; and since a server may never be
  empty, until so much was made that it cannot wait.
"""

from __future__ import annotations

import gc
import time
from typing import Final

from classroom import logs

log = logs.get("collector")

NEVER: Final = 2**30
IDLE_EVERY_S: Final = 60.0
BUSY_AFTER: Final = 1000
"""Collections of the middle generation, each after some 7,000 objects more were made than freed: about an hour of a full room.
What a session leaves behind in cycles is some 250 small objects; its packets do not wait for this."""


class Collector:
    """One per process. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._collected_at = float("-inf")

    def settle(self) -> None:
        """The start is over: what is there now stays."""
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, NEVER)
        gc.collect()
        gc.freeze()

    def sweep(self, now: float, *, idle: bool) -> bool:
        """To be called about once a second. Whether it made a full collection. `idle`: nobody listens now."""
        waiting = gc.get_count()[2]
        if not (waiting >= BUSY_AFTER or (idle and waiting and now - self._collected_at >= IDLE_EVERY_S)):
            return False
        self._collected_at = now
        began_s = time.perf_counter()
        found = gc.collect()
        log.debug("garbage collected", objects=found, ms=round((time.perf_counter() - began_s) * 1000, 1))
        return True
