"""A simulated path: one bottleneck with a tail-drop queue, propagation delay and seeded random loss. Simulated time only."""

from __future__ import annotations

import random
from collections import deque

from classroom.media.bandwidth.departures import NO_PROBE, Departures
from classroom.media.bandwidth.estimator import BandwidthEstimator
from classroom.media.bandwidth.feedback import TICK_S, Arrivals

PACKET_BYTES = 1_100
FEEDBACK_EVERY_S = 0.05


class Path:
    """A sender that uses the whole target (up to `wanted_bps`) over a bottleneck, and the receiver's feedback."""

    def __init__(
        self, *, rate_bps: float, delay_s: float = 0.03, loss: float = 0.0, buffer_s: float = 1.0
    ) -> None:
        self.departures = Departures()
        self.estimator = BandwidthEstimator(self.departures)
        self.rate_bps, self.delay_s, self.loss, self.buffer_s = rate_bps, delay_s, loss, buffer_s
        self.wanted_bps = 10_000_000.0
        self.now = 0.0
        self.queue_s = 0.0
        self.longest_queue_s = 0.0
        self.skew_s = 1234.5
        self._random = random.Random(7)
        self._free_at = 0.0
        self._sequence = 0
        self._budget_bytes = 0.0
        self._next_feedback = FEEDBACK_EVERY_S
        self._flying: deque[tuple[float, int]] = deque()
        self._reported = 0
        self._feedbacks: deque[tuple[float, Arrivals]] = deque()
        self._count = 0

    def run(self, seconds: float, step_s: float = 0.005) -> None:
        end = self.now + seconds
        self.longest_queue_s = 0.0
        while self.now < end:
            self.now += step_s
            probe = self.estimator.poll(self.wanted_bps, self.now)
            if probe is not None:
                packets = max(probe.packets, -(-probe.size_bytes // PACKET_BYTES))
                for n in range(packets):
                    self._send(probe.cluster, -(-probe.size_bytes // packets), n * probe.spacing_s(packets))
            self._budget_bytes += min(self.estimator.target_bps, self.wanted_bps) * step_s / 8
            while self._budget_bytes > PACKET_BYTES:
                self._budget_bytes -= PACKET_BYTES
                self._send(NO_PROBE)
            self._report()

    def _send(self, probe: int, size_bytes: int = PACKET_BYTES, later_s: float = 0.0) -> None:
        at = self.now + later_s
        self.departures.add(size_bytes, at, probe)
        queue_s = max(0.0, self._free_at - at)
        self.queue_s = queue_s
        self.longest_queue_s = max(self.longest_queue_s, queue_s)
        if queue_s < self.buffer_s and self._random.random() >= self.loss:
            self._free_at = max(self._free_at, at) + size_bytes * 8 / self.rate_bps
            self._flying.append((self._free_at + self.delay_s, self._sequence))
        self._sequence += 1

    def _report(self) -> None:
        if self.now >= self._next_feedback:
            self._next_feedback += FEEDBACK_EVERY_S
            arrived: dict[int, float] = {}
            while self._flying and self._flying[0][0] <= self.now:
                at, sequence = self._flying.popleft()
                arrived[sequence] = at
            if arrived:
                last = max(arrived)
                base, self._reported = self._reported, last + 1
                first_at = min(arrived.values()) + self.skew_s
                reference = int(first_at / 0.064)
                deltas = tuple(
                    None
                    if s not in arrived
                    else round((arrived[s] + self.skew_s - reference * 0.064) / TICK_S)
                    for s in range(base, last + 1)
                )
                feedback = Arrivals(self._count & 0xFF, base & 0xFFFF, reference & 0xFFFFFF, deltas)
                self._count += 1
                self._feedbacks.append((self.now + self.delay_s, feedback))
        while self._feedbacks and self._feedbacks[0][0] <= self.now:
            self.estimator.feedback(self._feedbacks.popleft()[1], self.now)
