"""How much one subscriber's path carries: everything of this package put together.

`Departures`   is told of every packet that leaves towards the subscriber
feedback(...)  takes every transport-wide feedback that comes back
target_bps     what may be sent; `poll` says when to probe for more, and notices when feedback stops
"""

from __future__ import annotations

from typing import NamedTuple, cast

from classroom.media.bandwidth.delay import DelayDetector, Usage
from classroom.media.bandwidth.departures import NO_PROBE, RING_MASK, RING_SIZE, Departure, Departures
from classroom.media.bandwidth.feedback import TICK_S, Arrivals, ReceiverClock
from classroom.media.bandwidth.loss import LossControl
from classroom.media.bandwidth.probing import Probe, ProbeController
from classroom.media.bandwidth.pushback import Pushback, share
from classroom.media.bandwidth.rate_control import RateControl
from classroom.media.bandwidth.throughput import Throughput

START_BPS = 600_000.0
FLOOR_BPS = 40_000.0
CEILING_BPS = 20_000_000.0
SENT_WINDOW_S = 0.5
LIMITED_BELOW = 0.7
"""Sending less than this share of the target proves nothing about the rest of it."""
PATIENCE_S = 0.4
"""Feedback may come this late beyond the round trip (libwebrtc reports every 50 to 250 ms) before its absence means a queue."""


class _Came(NamedTuple):
    """What one feedback says, in the order of sending."""

    sent: list[float]
    arrivals: list[float]
    """On the receiver's clock."""
    size_bytes: int
    lost: int
    lost_bytes: int


class BandwidthEstimator:
    def __init__(
        self,
        departures: Departures,
        start_bps: float = START_BPS,
        floor_bps: float = FLOOR_BPS,
        ceiling_bps: float = CEILING_BPS,
    ) -> None:
        self._departures = departures
        self._delay = DelayDetector()
        self._rate = RateControl(start_bps, floor_bps, ceiling_bps)
        self._loss = LossControl(start_bps, floor_bps, ceiling_bps)
        self._probes = ProbeController(start_bps, ceiling_bps)
        self._throughput = Throughput()
        self._pushback = Pushback()
        self._share = 1.0
        self._floor_bps = floor_bps
        self._clock = ReceiverClock()
        self._begin = departures.next
        """What left before belongs to another path."""
        self._reported = departures.next
        """The first packet of which no feedback has spoken yet."""
        self._heard_at: float | None = None
        self._sent_bytes = 0
        self._sent_since: float | None = None
        self.sent_bps = 0.0
        """What was sent, over about the last half second that feedback covers."""
        self.target_bps = start_bps
        self.round_trip_s = 0.2
        self.stale = 0
        """Packets that feedback spoke of and that were never sent, are acknowledged already or forgotten: otherwise ignored."""

    @property
    def usage(self) -> Usage:
        return self._delay.usage

    @property
    def loss(self) -> float:
        return self._loss.fraction

    @property
    def queueing_bps(self) -> float | None:
        """What the path's queue allows, whatever gets lost at random; None while there is no sign of a queue."""
        if self._delay.usage is Usage.OVERUSING or self.draining:
            return self._rate.target_bps * self._share
        return None

    @property
    def draining(self) -> bool:
        """A queue stands on the path; less is to be sent than it carries, until it is gone."""
        return self._share < 1

    def feedback(self, arrivals: Arrivals, now: float) -> float:
        """Takes one feedback in; returns the new target."""
        first = self._departures.unwrap(arrivals.base)
        end = first + len(arrivals.arrivals)
        if first < 0 or end > self._departures.next:
            self.stale += len(arrivals.arrivals)
            return self.target_bps
        self._heard_at = now
        if end > self._reported:
            self._reported = end
        came = self._take(first, arrivals)
        if came.sent:
            sent, arrival = came.sent[-1], came.arrivals[-1]
            self._delay.feed(came.sent, came.arrivals)
            self._throughput.add(arrival, came.size_bytes, len(came.sent))
            self._count_sent(came.sent[0], sent, came.size_bytes + came.lost_bytes)
            self.round_trip_s += 0.2 * (max(now - sent, 0.0) - self.round_trip_s)
            self._share = self._pushback.update(arrival - sent, now)
        self._loss.add(len(came.sent) + came.lost, came.lost)
        proven = self._probes.proven(now) if self._probes.waiting else None
        return self._retarget(proven, now)

    def _take(self, first: int, arrivals: Arrivals) -> _Came:
        """What of the packets from `first` on came, which is forgotten; what did not is remembered, because a later feedback
        may report it after all."""
        ring, ticks = self._departures.ring, arrivals.arrivals
        reference = self._clock.seconds(arrivals.reference_ticks)
        oldest = max(self._departures.oldest, self._begin)
        if first < oldest:
            if oldest > self._begin:
                self.stale += min(oldest - first, len(ticks))
            ticks = ticks[oldest - first :]
            first = oldest
        at = first & RING_MASK
        count = len(ticks)
        packets = ring[at : at + count]
        if len(packets) < count:
            packets += ring[: count - len(packets)]
        lost = lost_bytes = 0
        if None in packets or None in ticks:
            kept: list[Departure] = []
            kept_ticks: list[int] = []
            for index, (packet, tick) in enumerate(zip(packets, ticks, strict=True)):
                if packet is None:
                    self.stale += tick is not None
                elif tick is None:
                    lost, lost_bytes = lost + 1, lost_bytes + packet[1]
                else:
                    ring[at + index & RING_MASK] = None
                    kept.append(packet)
                    kept_ticks.append(tick)
        else:  # the usual: everything came
            kept, kept_ticks = cast("list[Departure]", packets), cast("list[int]", ticks)
            wrapped = max(0, at + count - RING_SIZE)
            ring[at : at + count - wrapped] = [None] * (count - wrapped)
            ring[:wrapped] = [None] * wrapped
        arrived = [reference + tick * TICK_S for tick in kept_ticks]
        if self._probes.waiting:
            for (sent, size_bytes, probe), arrival in zip(kept, arrived, strict=True):
                if probe != NO_PROBE:
                    self._probes.arrived(probe, sent, arrival, size_bytes)
        size_bytes = sum([packet[1] for packet in kept])
        return _Came([packet[0] for packet in kept], arrived, size_bytes, lost, lost_bytes)

    def _count_sent(self, first_sent: float, last_sent: float, size_bytes: int) -> None:
        if self._sent_since is None:
            self._sent_since = first_sent
        self._sent_bytes += size_bytes
        elapsed = last_sent - self._sent_since
        if elapsed > SENT_WINDOW_S:
            self.sent_bps = self._sent_bytes * 8 / elapsed
            self._sent_bytes, self._sent_since = 0, last_sent

    def _retarget(self, proven: float | None, now: float) -> float:
        overusing = self._delay.usage is Usage.OVERUSING
        acked = self._throughput.recent_bps if overusing else self._throughput.bps
        limited = self.sent_bps < LIMITED_BELOW * self.target_bps
        if proven is not None and not overusing and proven > self._rate.target_bps:
            self._rate.set_target(proven, now)
            self._loss.set_target(proven)
        delay_bps = self._rate.update(self._delay.usage, acked, self.round_trip_s, limited, now)
        loss_bps = self._loss.update(self.round_trip_s, delay_bps, now)
        return self._share_out(min(delay_bps, loss_bps))

    def _share_out(self, carried_bps: float) -> float:
        if self._share < 1:
            # What the rates allow was found before the queue came; what arrives now is all that it carries.
            carried_bps = min(carried_bps, self._throughput.recent_bps or carried_bps)
        self.target_bps = max(carried_bps * self._share, self._floor_bps)
        return self.target_bps

    def poll(self, wanted_bps: float, now: float) -> Probe | None:
        """The probe to send now, if one is due. To be called every 10 to 25 ms; the target may fall here."""
        self._miss_feedback(now)
        grows = self._delay.usage is not Usage.NORMAL or self._loss.fraction > 0.1 or self._share < 1
        return self._probes.poll(self.target_bps, wanted_bps, grows, now)

    def _miss_feedback(self, now: float) -> None:
        """A packet sent long ago of which nothing is heard stands in a queue, or the path is dead: send less either way."""
        reported = self._reported
        if self._heard_at is None or reported >= self._departures.next:
            return
        awaited = self._departures.ring[max(reported, self._departures.oldest) & RING_MASK]
        if awaited is None:
            return
        overdue = now - max(awaited[0], self._heard_at) - self.round_trip_s - PATIENCE_S
        allowed = share(overdue)
        if allowed < self._share:
            self._share = allowed
            self._share_out(min(self._rate.target_bps, self._loss.target_bps))
