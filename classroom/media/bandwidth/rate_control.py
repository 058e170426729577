"""From the verdict on the queue to a rate: additive increase, multiplicative decrease (draft-ietf-rmcat-gcc-02 section 5.5)."""

from __future__ import annotations

from math import sqrt

from classroom.media.bandwidth.delay import Usage

BETA = 0.85
"""What is left of the measured throughput after an overuse."""
INCREASE_PER_S = 1.08
RESPONSE_S = 0.1
"""What the sender and the feedback add to the round trip before a change can be seen."""
PACKET_BITS = 1200 * 8
CAPACITY_SMOOTHING = 0.05


class LinkCapacity:
    """Where the link's limit was when it was last met: mean and deviation of the throughput at overuse, in kb/s."""

    def __init__(self) -> None:
        self._mean_kbps: float | None = None
        self._variance = 0.4

    def overuse_at(self, throughput_bps: float) -> None:
        sample = throughput_bps / 1000
        if self._mean_kbps is None:
            self._mean_kbps = sample
        else:
            self._mean_kbps += CAPACITY_SMOOTHING * (sample - self._mean_kbps)
        error = self._mean_kbps - sample
        normal = max(self._mean_kbps, 1.0)
        self._variance += CAPACITY_SMOOTHING * (error * error / normal - self._variance)
        self._variance = min(max(self._variance, 0.4), 2.5)

    def _spread_kbps(self) -> float:
        return 3 * sqrt(self._variance * (self._mean_kbps or 0.0))

    @property
    def upper_bps(self) -> float:
        return float("inf") if self._mean_kbps is None else (self._mean_kbps + self._spread_kbps()) * 1000

    @property
    def lower_bps(self) -> float:
        return 0.0 if self._mean_kbps is None else max(0.0, self._mean_kbps - self._spread_kbps()) * 1000

    @property
    def known(self) -> bool:
        return self._mean_kbps is not None

    def forget(self) -> None:
        self._mean_kbps = None


class RateControl:
    """The delay-based target. `update` on every feedback; the rate grows only while the queue does not."""

    def __init__(self, start_bps: float, floor_bps: float, ceiling_bps: float) -> None:
        self.target_bps = start_bps
        self._floor_bps, self._ceiling_bps = floor_bps, ceiling_bps
        self._holding = False
        self._capacity = LinkCapacity()
        self._increased_at: float | None = None
        self._decreased_at: float | None = None

    def update(
        self, usage: Usage, acked_bps: float | None, round_trip_s: float, limited: bool, now: float
    ) -> float:
        """`acked_bps`: throughput measured by feedback, None while unknown. `limited`: we send less than we may, so the
        absence of a queue proves nothing and the target must not run away."""
        if usage is Usage.OVERUSING:
            self._decrease(acked_bps, round_trip_s, now)
            self._holding = True
        elif usage is Usage.UNDERUSING:
            self._holding = True  # queues drain: wait until they are empty
            self._increased_at = now
        else:
            if self._holding:
                self._holding, self._increased_at = False, now
            self._increase(acked_bps, round_trip_s, limited, now)
        return self.target_bps

    def set_target(self, target_bps: float, now: float) -> None:
        """A probe proved this rate."""
        self.target_bps = self._clamp(target_bps)
        self._increased_at = now
        if target_bps > self._capacity.upper_bps:
            self._capacity.forget()

    def carried(self, throughput_bps: float, now: float) -> None:
        """A queue ran empty at this rate: that is what the path carries."""
        if not self._capacity.lower_bps < throughput_bps < self._capacity.upper_bps:
            self._capacity.forget()
        self._capacity.overuse_at(throughput_bps)
        self.target_bps = self._clamp(min(self.target_bps, BETA * throughput_bps))
        self._increased_at = now

    def _decrease(self, acked_bps: float | None, round_trip_s: float, now: float) -> None:
        if self._decreased_at is not None and now - self._decreased_at < round_trip_s + RESPONSE_S:
            return  # the last decrease has not been seen on the path yet
        throughput = self.target_bps if acked_bps is None else acked_bps
        if throughput < self._capacity.lower_bps:
            self._capacity.forget()
        decreased = BETA * throughput
        if decreased > self.target_bps and self._capacity.known:
            decreased = BETA * self._capacity.lower_bps
        self.target_bps = self._clamp(min(decreased, self.target_bps))
        self._capacity.overuse_at(throughput)
        self._decreased_at = self._increased_at = now

    def _increase(self, acked_bps: float | None, round_trip_s: float, limited: bool, now: float) -> None:
        elapsed = 0.0 if self._increased_at is None else min(now - self._increased_at, 1.0)
        self._increased_at = now
        if acked_bps is not None and acked_bps > self._capacity.upper_bps:
            self._capacity.forget()
        if self._capacity.known:  # near the limit: about one packet more per response time
            grown = self.target_bps + PACKET_BITS * elapsed / (round_trip_s + RESPONSE_S)
        else:
            grown = self.target_bps * INCREASE_PER_S**elapsed
        if acked_bps is not None:
            ceiling = 1.5 * acked_bps + 10_000
            if limited or grown > ceiling:
                grown = max(self.target_bps, min(grown, ceiling))
        self.target_bps = self._clamp(grown)

    def _clamp(self, rate_bps: float) -> float:
        return min(max(rate_bps, self._floor_bps), self._ceiling_bps)
