"""How much one subscriber's path carries: everything of this package put together.

sent(...)      for every packet that leaves towards the subscriber
feedback(...)  for every transport-wide feedback that comes back
target_bps     what may be sent; `poll` says when to probe for more
"""

from __future__ import annotations

from collections import OrderedDict
from typing import NamedTuple

from classroom.media.bandwidth.delay import DelayDetector, Usage
from classroom.media.bandwidth.feedback import Arrivals, ReceiverClock
from classroom.media.bandwidth.loss import LossControl
from classroom.media.bandwidth.probing import Probe, ProbeController
from classroom.media.bandwidth.pushback import Pushback
from classroom.media.bandwidth.rate_control import RateControl
from classroom.media.bandwidth.throughput import Throughput

HISTORY = 4096
"""Packets remembered while their feedback is awaited (about 4 s at a room's full rate)."""


class _Sent(NamedTuple):
    at: float
    size_bytes: int
    cluster: int | None


class BandwidthEstimator:
    def __init__(
        self, start_bps: float = 600_000, floor_bps: float = 40_000, ceiling_bps: float = 20_000_000
    ) -> None:
        self._delay = DelayDetector()
        self._rate = RateControl(start_bps, floor_bps, ceiling_bps)
        self._loss = LossControl(start_bps, floor_bps, ceiling_bps)
        self._probes = ProbeController(start_bps, ceiling_bps)
        self._throughput = Throughput()
        self._pushback = Pushback()
        self._share = 1.0
        self._floor_bps = floor_bps
        self._clock = ReceiverClock()
        self._history: OrderedDict[int, _Sent] = OrderedDict()
        self._sent_bits = 0
        self._sent_since: float | None = None
        self._sent_bps = 0.0
        self._last_count: int | None = None
        self.target_bps = start_bps
        self.round_trip_s = 0.2
        self.stale = 0
        """Feedback about packets that were never sent or are forgotten: counted, otherwise ignored."""

    @property
    def usage(self) -> Usage:
        return self._delay.usage

    @property
    def loss(self) -> float:
        return self._loss.fraction

    def sent(self, sequence: int, size_bytes: int, now: float, cluster: int | None = None) -> None:
        """A packet left with this transport sequence number (mod 2^16)."""
        self._history[sequence] = _Sent(now, size_bytes, cluster)
        if len(self._history) > HISTORY:
            self._history.popitem(last=False)
        if self._sent_since is None:
            self._sent_since = now
        self._sent_bits += size_bytes * 8
        elapsed = now - self._sent_since
        if elapsed > 0.5:
            self._sent_bps = self._sent_bits / elapsed
            self._sent_bits, self._sent_since = 0, now

    def feedback(self, arrivals: Arrivals, now: float) -> float:
        """Takes one feedback in; returns the new target."""
        reference = self._clock.seconds(arrivals.reference_ticks)
        proven: float | None = None
        expected = lost = 0
        newest: _Sent | None = None
        for offset, delta in enumerate(arrivals.arrivals):
            sequence = (arrivals.base + offset) & 0xFFFF
            if delta is None:
                # Not forgotten: a packet reported missing may be reported as arrived by the next feedback.
                if sequence in self._history:
                    expected, lost = expected + 1, lost + 1
                continue
            packet = self._history.pop(sequence, None)
            if packet is None:
                self.stale += 1
                continue
            expected += 1
            newest = packet
            arrival = reference + delta
            self._delay.add(packet.at, arrival)
            self._throughput.add(arrival, packet.size_bytes)
            if packet.cluster is not None:
                rate = self._probes.arrived(packet.cluster, packet.at, arrival, packet.size_bytes, now)
                proven = rate if rate is not None else proven
        if newest is not None:
            sample = max(now - newest.at, 0.0)
            self.round_trip_s += 0.2 * (sample - self.round_trip_s)
            self._share = self._pushback.update(sample, now)
        self._loss.add(expected, lost)
        return self._retarget(proven, now)

    def _retarget(self, proven: float | None, now: float) -> float:
        overusing = self._delay.usage is Usage.OVERUSING
        acked = self._throughput.recent_bps if overusing else self._throughput.bps
        limited = self._sent_bps < 0.7 * self.target_bps
        if proven is not None and not overusing and proven > self._rate.target_bps:
            self._rate.set_target(proven, now)
            self._loss.set_target(proven)
        delay_bps = self._rate.update(self._delay.usage, acked, self.round_trip_s, limited, now)
        loss_bps = self._loss.update(self.round_trip_s, delay_bps, now)
        self.target_bps = max(min(delay_bps, loss_bps) * self._share, self._floor_bps)
        return self.target_bps

    def poll(self, wanted_bps: float, now: float) -> Probe | None:
        """The probe to send now, if one is due."""
        grows = self._delay.usage is not Usage.NORMAL or self._loss.fraction > 0.1 or self._share < 1
        return self._probes.poll(self.target_bps, wanted_bps, grows, now)
