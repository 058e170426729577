"""How much one subscriber's path carries: everything of this package put together.

`Departures`   is told of every packet that leaves towards the subscriber
feedback(...)  takes every transport-wide feedback that comes back
target_bps     what may be sent; `poll` says when to probe for more, and notices when feedback stops
"""

from __future__ import annotations

from classroom.media.bandwidth.delay import DelayDetector, Usage
from classroom.media.bandwidth.departures import NO_PROBE, RING_MASK, RING_SIZE, Departures
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
        came, lost_bytes = self._take(first, arrivals)
        if came:
            self._delay.feed(came)
            size_bytes = sum([size for _, _, size in came])
            self._throughput.add(came[-1][1], size_bytes, len(came))
            self._count_sent(came[0][0], came[-1][0], size_bytes + sum(lost_bytes))
            sent, arrival, _ = came[-1]
            self.round_trip_s += 0.2 * (max(now - sent, 0.0) - self.round_trip_s)
            self._share = self._pushback.update(arrival - sent, now)
        self._loss.add(len(came) + len(lost_bytes), len(lost_bytes))
        proven = self._probes.proven(now) if self._probes.waiting else None
        return self._retarget(proven, now)

    def _take(self, first: int, arrivals: Arrivals) -> tuple[list[tuple[float, float, int]], list[int]]:
        """(sent, arrival, bytes) of what came, which is forgotten, and the bytes of each packet that did not: it is remembered,
        because a later feedback may report it after all."""
        ring = self._departures.ring
        ticks = arrivals.arrivals
        reference = self._clock.seconds(arrivals.reference_ticks)
        oldest = max(self._departures.oldest, self._begin)
        if first < oldest:
            if oldest > self._begin:
                self.stale += min(oldest - first, len(ticks))
            ticks = ticks[oldest - first :]
            first = oldest
        at = first & RING_MASK
        packets = ring[at : at + len(ticks)]
        if len(packets) < len(ticks):
            packets += ring[: len(ticks) - len(packets)]
        came = [
            (packet[0], reference + tick * TICK_S, packet[1])
            for packet, tick in zip(packets, ticks, strict=True)
            if packet is not None and tick is not None
        ]
        lost_bytes: list[int] = []
        if len(came) < len(ticks):
            for index, (packet, tick) in enumerate(zip(packets, ticks, strict=True)):
                if packet is None:
                    self.stale += tick is not None
                elif tick is None:
                    lost_bytes.append(packet[1])
                else:
                    ring[at + index & RING_MASK] = None
        elif at + len(ticks) <= RING_SIZE:
            ring[at : at + len(ticks)] = [None] * len(ticks)
        else:
            for index in range(len(ticks)):
                ring[at + index & RING_MASK] = None
        if self._probes.waiting:
            for packet, tick in zip(packets, ticks, strict=True):
                if packet is not None and tick is not None and packet[2] != NO_PROBE:
                    self._probes.arrived(packet[2], packet[0], reference + tick * TICK_S, packet[1])
        return came, lost_bytes

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
