"""The loss-based target (draft-ietf-rmcat-gcc-02 section 6): little loss is the radio's, much is a full queue."""

from __future__ import annotations

LOW, HIGH = 0.02, 0.10
INCREASE_PER_S = 1.08
DECREASE_EVERY_S = 0.3
MINIMUM_PACKETS = 20
"""Fewer say nothing about a fraction."""


class LossControl:
    def __init__(self, start_bps: float, floor_bps: float, ceiling_bps: float) -> None:
        self.target_bps = start_bps
        self.fraction = 0.0
        self._floor_bps, self._ceiling_bps = floor_bps, ceiling_bps
        self._expected = self._lost = 0
        self._updated_at: float | None = None
        self._decreased_at = float("-inf")

    def add(self, expected: int, lost: int) -> None:
        """Counts of one feedback: packets it covers, and how many of them it says never came."""
        self._expected += expected
        self._lost += lost

    def update(self, round_trip_s: float, delay_target_bps: float, now: float) -> float:
        if self._expected >= MINIMUM_PACKETS:
            self.fraction = self._lost / self._expected
            self._expected = self._lost = 0
        elapsed = 0.0 if self._updated_at is None else min(now - self._updated_at, 1.0)
        self._updated_at = now
        if self.fraction < LOW:
            # Never far below what the delay proves free: a long outage must not cost minutes of slow growth.
            self.target_bps = max(self.target_bps * INCREASE_PER_S**elapsed, 0.5 * delay_target_bps)
        elif self.fraction > HIGH and now - self._decreased_at > DECREASE_EVERY_S + round_trip_s:
            self.target_bps = min(self.target_bps, delay_target_bps) * (1 - 0.5 * self.fraction)
            self._decreased_at = now
        self.target_bps = min(max(self.target_bps, self._floor_bps), self._ceiling_bps)
        return self.target_bps

    def set_target(self, target_bps: float) -> None:
        self.target_bps = min(max(self.target_bps, target_bps), self._ceiling_bps)
