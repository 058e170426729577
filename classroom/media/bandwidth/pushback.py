"""Draining a queue that is already there.

The rate control alone stops a queue from growing; one second of it, left by a path that shrank tenfold, would then take many
seconds to drain at 85 % of the new rate, and all that time speech comes a second late. So while the round trip stands far above
its baseline, less is sent than the path carries (libwebrtc's congestion-window pushback has the same purpose).
"""

from __future__ import annotations

TOLERATED_S = 0.1
FULL_S = 0.3
"""At this queue only `LEAST` of the target goes out."""
LEAST = 0.1
FORGET_PER_S = 0.1
"""The baseline rises towards a round trip that stays long without growing: the route changed, it is no queue."""


class Pushback:
    def __init__(self) -> None:
        self._baseline_s: float | None = None
        self._updated_at = 0.0
        self.queue_s = 0.0

    def update(self, round_trip_s: float, now: float) -> float:
        """Takes the newest round trip; returns the share (0.1..1) of the target that may be sent."""
        if self._baseline_s is None or round_trip_s <= self._baseline_s:
            self._baseline_s = round_trip_s
        else:
            elapsed = min(max(now - self._updated_at, 0.0), 1.0)
            self._baseline_s += (round_trip_s - self._baseline_s) * FORGET_PER_S * elapsed
        self._updated_at = now
        return self.judge(round_trip_s)

    def judge(self, round_trip_s: float) -> float:
        """The share at a round trip that is at least this long, without learning from it."""
        self.queue_s = round_trip_s - (self._baseline_s or 0.0)
        excess = (self.queue_s - TOLERATED_S) / (FULL_S - TOLERATED_S)
        return 1 - (1 - LEAST) * min(max(excess, 0.0), 1.0)
