"""How much one subscriber's path carries: everything of this package put together.

`Departures`   is told of every packet that leaves towards the subscriber
feedback(...)  takes every transport-wide feedback that comes back
target_bps     what may be sent; `poll` says when to probe for more, and notices when feedback stops
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Sequence
from operator import sub
from typing import NamedTuple, cast

from classroom.media.bandwidth.delay import DelayDetector, Usage
from classroom.media.bandwidth.departures import (
    RING_MASK,
    RING_SIZE,
    SIZE_MASK,
    Departures,
    left_at,
    total_bytes,
)
from classroom.media.bandwidth.feedback import TICK_S, Arrivals, ReceiverClock, SmallDeltas
from classroom.media.bandwidth.loss import HIGH, LossControl
from classroom.media.bandwidth.probing import Probe, ProbeController
from classroom.media.bandwidth.pushback import GROWN_S, RESUME_S, Drain, Pushback, coming_s, share
from classroom.media.bandwidth.rate_control import RateControl
from classroom.media.bandwidth.throughput import Throughput

START_BPS = 600_000.0
FLOOR_BPS = 40_000.0
CEILING_BPS = 20_000_000.0
SENT_WINDOW_S = 0.5
LIMITED_BELOW = 0.7
"""Sending less than this share of the target proves nothing about the rest of it."""
ENOUGH = 1.02
"""So many times what is wanted is enough."""
PATIENCE_S = 0.6
"""Feedback may come this late beyond the round trip (libwebrtc reports every 50 to 250 ms) before its absence means a queue."""


STALL_S = 0.1
"""Whoever polls so late was away, and feedback lies unread: its absence says nothing of the path."""
EXCUSED_S = 1.0
"""What waited meanwhile is sent all at once, and stands in a queue that goes as it came."""
OUTAGE_S = 0.15
OUTAGE_PACKETS = 4
"""Where nothing came of all that was sent for so long, the path (or the receiver) was away: no queue loses like that."""
GLANCES = 10
"""Of what was only glanced at, so many feedbacks are counted after all when it ends: throughput is of the last half second."""


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
        self._before_jump_bps = 0.0
        """The rate before the delay jumped: if the way became longer, it still holds."""
        self._drain: Drain | None = None
        """While all that can wait is stopped."""
        self._shortest_round_trip_s = float("inf")
        self._share = 1.0
        self._silent = False
        self._floor_bps = floor_bps
        self._clock = ReceiverClock()
        self._wanted_bps = float("inf")
        self._polled_at: float | None = None
        self._patient_until = float("inf")
        """Until then it is not overdue that nothing was heard."""
        self._excused_until = float("-inf")
        """Until then a queue is our own doing."""
        self._begin = departures.next
        """What left before belongs to another path."""
        self._reported = departures.next
        """The first packet of which no feedback has spoken yet."""
        self._glanced: deque[tuple[int, int, float]] = deque(maxlen=GLANCES)
        """First number, count and last arrival of what came and was not looked at more closely."""
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

    @property
    def carried_bps(self) -> float:
        """What the path was found to carry; unlike the target, not lowered while a queue drains or nothing is heard."""
        return min(self._rate.target_bps, self._loss.target_bps)

    @property
    def arriving_bps(self) -> float | None:
        return self._throughput.recent_bps

    @property
    def silent(self) -> bool:
        """The target is low because nothing is heard, or nothing certain, not because of what was heard."""
        return self._silent or self._pushback.doubtful

    def feedback(self, arrivals: Arrivals, now: float) -> float:
        """Takes one feedback in; returns the new target."""
        deltas = arrivals.arrivals
        count = len(deltas)
        first = self._departures.unwrap(arrivals.base)
        end = first + count
        if first < 0 or end > self._departures.next:
            self.stale += count
            return self.target_bps
        reference = self._clock.seconds(arrivals.reference_ticks)
        self._heard_at = now
        reported = self._reported
        if end > reported:
            self._reported = end
        if (
            first >= reported
            and type(deltas) is SmallDeltas
            # The path carries all that is wanted, as far as is known: it is enough to watch for that to end.
            and self._wanted_bps * ENOUGH <= self.target_bps
            and self._share == 1
            and self._delay.usage is Usage.NORMAL
            and not self._probes.waiting
            and self._loss.fraction == 0
            and self._glance(first, count, reference + deltas.last * TICK_S, now)
        ):
            return self.target_bps
        if self._glanced:
            self._settle()
        came = self._take(first, arrivals, reference)
        if came.sent:
            self._came(came.sent[-1], now)
            if now >= self._excused_until:
                self._delay.feed(came.sent, came.arrivals)
                self._push_back(came, now)
            else:
                self._delay.restart()
            self._count(
                came.sent[0],
                came.sent[-1],
                came.arrivals[-1],
                len(came.sent),
                came.size_bytes,
                came.lost_bytes,
            )
        self._loss.add(len(came.sent) + came.lost, came.lost)
        proven = self._probes.proven(now, self._loss.inherent.fraction) if self._probes.waiting else None
        return self._retarget(proven, now)

    def _push_back(self, came: _Came, now: float) -> None:
        delay_s = min(map(sub, came.arrivals, came.sent))
        if not self._pushback.doubtful:
            self._before_jump_bps = self._rate.target_bps
        if self._pushback.lengthened(delay_s, came.sent[-1], came.size_bytes, self.sent_bps):
            self._way_became_longer(now)
        self._share = self._pushback.update(delay_s, now, self._coming_s(came, now))
        if self._pushback.doubtful and not self._pushback.stopped:
            self._share = 1.0
        drain = self._drain
        if not self._pushback.stopped:
            if drain is not None and drain.carried_bps is not None:
                self._rate.carried(drain.carried_bps, now)
                self._probes.pause(now)
            self._drain = None
        elif drain is None:
            self._drain = Drain(came.arrivals[-1], delay_s)
        elif self._pushback.queue_s(delay_s) >= RESUME_S:
            drain.add(came.arrivals[-1], came.size_bytes, delay_s)

    def _way_became_longer(self, now: float) -> None:
        """What was lowered for a queue that was none comes back."""
        self._delay.restart()
        self._drain = None
        self._shortest_round_trip_s = float("inf")
        if self._before_jump_bps > self._rate.target_bps:
            self._rate.set_target(self._before_jump_bps, now)

    def _coming_s(self, came: _Came, now: float) -> float:
        """See `pushback.coming_s`."""
        queue_s = self._pushback.queue_s(came.arrivals[-1] - came.sent[-1])
        if queue_s < GROWN_S:
            return 0.0
        departures = self._departures
        first = max(self._reported, departures.oldest)
        under_way = total_bytes(departures.packets(first, departures.next - first))
        return coming_s(came.sent, came.arrivals, came.size_bytes, under_way) - self._shortest_round_trip_s

    def _glance(self, first: int, count: int, arrival: float, now: float) -> bool:
        """Takes in by its last packet, which came at `arrival`, that everything came, for a fraction of what the rest costs.
        False, and nothing is done yet, unless no queue stands: then nothing has changed."""
        departures = self._departures
        if first < self._begin or first < departures.next - RING_SIZE:
            return False
        sent = left_at(departures.ring[first + count - 1 & RING_MASK])
        if not self._pushback.watched(arrival - sent, now):
            return False
        self._came(sent, now)
        self._glanced.append((first, count, arrival))
        return True

    def _settle(self) -> None:
        """Counts what was only glanced at: from now on every packet matters."""
        for first, count, arrival in self._glanced:
            packets = self._departures.packets(first, count)
            self._departures.forget(first, count)
            self._count(left_at(packets[0]), left_at(packets[-1]), arrival, count, total_bytes(packets), 0)
        self._glanced.clear()
        self._delay.restart()

    def _take(self, first: int, arrivals: Arrivals, reference: float) -> _Came:
        """What of the packets from `first` on came, which is forgotten; what did not is remembered, because a later feedback
        may report it after all."""
        departures, ticks = self._departures, list(arrivals.arrivals)
        oldest = max(departures.oldest, self._begin)
        if first < oldest:
            if oldest > self._begin:
                self.stale += min(oldest - first, len(ticks))
            ticks = ticks[oldest - first :]
            first = oldest
        packets = departures.packets(first, len(ticks))
        lost = lost_bytes = 0
        if None in ticks or not all(packets):
            kept: list[int] = []
            kept_ticks: list[int] = []
            missing: list[int] = []
            for number, packet, tick in zip(itertools.count(first), packets, ticks):
                if not packet:
                    self.stale += tick is not None
                elif tick is None:
                    missing.append(packet)
                else:
                    departures.ring[number & RING_MASK] = 0
                    kept.append(packet)
                    kept_ticks.append(tick)
                    if missing:
                        if not _outage(missing):
                            lost, lost_bytes = lost + len(missing), lost_bytes + total_bytes(missing)
                        missing.clear()
            if missing and not _outage(missing):
                lost, lost_bytes = lost + len(missing), lost_bytes + total_bytes(missing)
        else:  # the usual: everything came
            kept, kept_ticks = packets, cast("list[int]", ticks)
            departures.forget(first, len(kept))
        if departures.probes:
            self._take_probes(first, packets, ticks, reference)
        sent = [left_at(packet) for packet in kept]
        arrived = [reference + tick * TICK_S for tick in kept_ticks]
        return _Came(sent, arrived, total_bytes(kept), lost, lost_bytes)

    def _take_probes(
        self, first: int, packets: Sequence[int], ticks: Sequence[int | None], reference: float
    ) -> None:
        probes = self._departures.probes
        if not self._probes.waiting:
            probes.clear()
        for number in [number for number in probes if first <= number < first + len(ticks)]:
            packet, tick = packets[number - first], ticks[number - first]
            if packet and tick is not None:
                arrival = reference + tick * TICK_S
                self._probes.arrived(probes.pop(number), left_at(packet), arrival, packet & SIZE_MASK)

    def _came(self, sent: float, now: float) -> None:
        """What was sent then has come."""
        round_trip_s = now - sent
        if round_trip_s < 0:
            round_trip_s = 0.0
        if round_trip_s < self._shortest_round_trip_s:
            self._shortest_round_trip_s = round_trip_s
        self.round_trip_s += 0.2 * (round_trip_s - self.round_trip_s)
        self._patient_until = now + self.round_trip_s + PATIENCE_S
        self._silent = False

    def _count(
        self,
        first_sent: float,
        last_sent: float,
        arrival: float,
        packets: int,
        size_bytes: int,
        lost_bytes: int,
    ) -> None:
        """So much came of what was sent from `first_sent` to `last_sent`, the last of it at `arrival`."""
        self._throughput.add(arrival, size_bytes, packets)
        if self._sent_since is None:
            self._sent_since = first_sent
        self._sent_bytes += size_bytes + lost_bytes
        elapsed = last_sent - self._sent_since
        if elapsed > SENT_WINDOW_S:
            self.sent_bps = self._sent_bytes * 8 / elapsed
            self._sent_bytes, self._sent_since = 0, last_sent

    def _retarget(self, proven: float | None, now: float) -> float:
        if self._pushback.doubtful and not self._pushback.stopped:
            return self._share_out(self.carried_bps)
        overusing = self._delay.usage is Usage.OVERUSING
        acked = self._throughput.recent_bps if overusing else self._throughput.bps
        limited = self.sent_bps < LIMITED_BELOW * self.target_bps
        if proven is not None and not overusing and proven > self._rate.target_bps:
            self._rate.set_target(proven, now)
            self._loss.set_target(proven)
        # While all is stopped, what comes is what little is sent; what the path carries is told when its queue has drained.
        usage = Usage.UNDERUSING if self._pushback.stopped else self._delay.usage
        delay_bps = self._rate.update(usage, acked, self.round_trip_s, limited, now)
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
        self._wanted_bps = wanted_bps
        if self._polled_at is not None and now - self._polled_at > STALL_S:
            self._patient_until = max(self._patient_until, now + PATIENCE_S)
            self._excused_until = now + EXCUSED_S
        self._polled_at = now
        if now > self._patient_until:
            self._miss_feedback(now)
        if not self._probes.waiting and wanted_bps * ENOUGH <= self.target_bps:
            return None
        grows = self._delay.usage is not Usage.NORMAL or self._loss.queue_fraction > HIGH or self._share < 1
        return self._probes.poll(self.target_bps, wanted_bps, grows, now)

    def _miss_feedback(self, now: float) -> None:
        """A packet sent long ago of which nothing is heard stands in a queue, or the path is dead: send less either way."""
        reported = self._reported
        if self._heard_at is None or reported >= self._departures.next:
            return
        awaited = self._departures.ring[max(reported, self._departures.oldest) & RING_MASK]
        if not awaited:
            return
        since = max(left_at(awaited) + self.round_trip_s + PATIENCE_S, self._patient_until)
        allowed = share(now - since)
        if allowed < self._share:
            self._share = allowed
            self._silent = True
            self._share_out(self.carried_bps)


def _outage(missing: Sequence[int]) -> bool:
    """Whether these, all that was sent in a row, were lost otherwise than in a queue that overflows."""
    return len(missing) >= OUTAGE_PACKETS and left_at(missing[-1]) - left_at(missing[0]) >= OUTAGE_S
