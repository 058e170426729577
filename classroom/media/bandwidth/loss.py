"""The loss-based target (draft-ietf-rmcat-gcc-02 section 6): little loss is the radio's, much is a full queue."""

from __future__ import annotations

LOW, HIGH = 0.02, 0.10
INCREASE_PER_S = 1.08
DECREASE_EVERY_S = 0.3
MINIMUM_PACKETS = 40
"""Fewer say nothing about a fraction."""
SMOOTHING = 0.3
PROVEN_BY = 0.6
"""Sending this much less proves that what is lost all the same is not lost in a queue."""
FORGET = 0.1
"""So much of what is not lost any more is believed to be over with each fraction: a few packets that came are chance."""
NOISE = 0.25
"""Of the path's own loss: so much more of it in one fraction is chance."""
UNCHANGED = 0.7
"""A fraction at least this much of the one before is the same one."""
MOST_INHERENT = 0.3
"""More than this is never put down to the path itself."""


class InherentLoss:
    """What a path loses whatever is sent over it, as bad radio does (libwebrtc's second loss-based estimator models it, too).

    A full queue loses less when less is sent. Where the fraction stays after the rate was lowered, so much is the path's own.
    """

    def __init__(self) -> None:
        self.fraction = 0.0
        self._smoothed: float | None = None
        self._before: tuple[float, float] | None = None
        """Target and smoothed fraction when the rate was first lowered."""

    def heard(self, fraction: float, target_bps: float) -> None:
        """The newest fraction, at this target."""
        known = self._smoothed
        self._smoothed = fraction if known is None else known + SMOOTHING * (fraction - known)
        if self._smoothed < self.fraction:
            self.fraction += FORGET * (self._smoothed - self.fraction)
        if self._before is not None:
            target_before, fraction_before = self._before
            if self._smoothed < UNCHANGED * fraction_before:
                self._before = None
            elif target_bps <= PROVEN_BY * target_before:
                self.fraction = min(self._smoothed, MOST_INHERENT)
                self._before = None

    def lowered(self, target_bps: float) -> None:
        """The rate is about to be lowered from this target."""
        if self._before is None and self._smoothed is not None:
            self._before = target_bps, self._smoothed


class LossControl:
    def __init__(self, start_bps: float, floor_bps: float, ceiling_bps: float) -> None:
        self.target_bps = start_bps
        self.fraction = 0.0
        self.inherent = InherentLoss()
        self._floor_bps, self._ceiling_bps = floor_bps, ceiling_bps
        self._expected = self._lost = 0
        self._updated_at: float | None = None
        self._decreased_at = float("-inf")

    def add(self, expected: int, lost: int) -> None:
        """Counts of one feedback: packets it covers, and how many of them it says never came."""
        self._expected += expected
        self._lost += lost

    @property
    def queue_fraction(self) -> float:
        """The newest fraction, but for what the path loses in any case."""
        return max(0.0, self.fraction - (1 + NOISE) * self.inherent.fraction)

    def update(self, round_trip_s: float, delay_target_bps: float, now: float) -> float:
        if self._expected >= MINIMUM_PACKETS:
            self.fraction = self._lost / self._expected
            self._expected = self._lost = 0
            self.inherent.heard(self.fraction, self.target_bps)
        queue_fraction = self.queue_fraction
        elapsed = 0.0 if self._updated_at is None else min(now - self._updated_at, 1.0)
        self._updated_at = now
        if queue_fraction < LOW:
            # Never far below what the delay proves free: a long outage must not cost minutes of slow growth.
            self.target_bps = max(self.target_bps * INCREASE_PER_S**elapsed, 0.5 * delay_target_bps)
        elif queue_fraction > HIGH and now - self._decreased_at > DECREASE_EVERY_S + round_trip_s:
            self.inherent.lowered(self.target_bps)
            self.target_bps = min(self.target_bps, delay_target_bps) * (1 - 0.5 * self.fraction)
            self._decreased_at = now
        self.target_bps = min(max(self.target_bps, self._floor_bps), self._ceiling_bps)
        return self.target_bps

    def set_target(self, target_bps: float) -> None:
        self.target_bps = min(max(self.target_bps, target_bps), self._ceiling_bps)
