"""Draining a queue that is already there.

The rate control alone stops a queue from growing; one second of it, left by a path that shrank tenfold, would then take many
seconds to drain at 85 % of the new rate, and all that time speech comes a second late. So while packets take far longer than
they once did, less is sent than the path carries (libwebrtc's congestion-window pushback has the same purpose).

Measured is the way there only: feedback that comes late, from a busy browser or over a full uplink, is no queue on that way.
"""

from __future__ import annotations

TOLERATED_S = 0.1
FULL_S = 0.3
"""At this queue only `LEAST` of the target goes out."""
LEAST = 0.1
FORGET_PER_S = 0.1
"""The baseline rises towards a delay that stays long without growing: the route changed, it is no queue. Clocks drift, too."""


class Pushback:
    def __init__(self) -> None:
        self._baseline_s: float | None = None
        self._updated_at = 0.0

    def queue_s(self, delay_s: float) -> float:
        """The part of such a delay that is a queue's, as far as is known."""
        return 0.0 if self._baseline_s is None else max(0.0, delay_s - self._baseline_s)

    def update(self, delay_s: float, now: float) -> float:
        """Takes how long the newest packet took, up to a constant; returns the share (0.1..1) of the target that may go."""
        if self._baseline_s is None or delay_s <= self._baseline_s:
            self._baseline_s = delay_s
        else:
            elapsed = min(max(now - self._updated_at, 0.0), 1.0)
            self._baseline_s += (delay_s - self._baseline_s) * FORGET_PER_S * elapsed
        self._updated_at = now
        return share(delay_s - self._baseline_s)


def share(queue_s: float) -> float:
    """Of the target, with such a queue."""
    excess = (queue_s - TOLERATED_S) / (FULL_S - TOLERATED_S)
    return 1 - (1 - LEAST) * min(max(excess, 0.0), 1.0)
