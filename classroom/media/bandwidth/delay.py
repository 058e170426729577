"""From arrival times to a verdict: is the path's queue growing, draining or steady?

draft-ietf-rmcat-gcc-02 sections 5.2 to 5.4, with libwebrtc's trendline filter in place of the draft's Kalman filter.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from enum import Enum

BURST_S = 0.010
"""Packets sent within this time are one group: pacing and the kernel send in bursts (section 5.2). Twice the draft's
5 ms: each group costs as much as several packets, and `pushback` watches for queues that come quickly."""
MAX_BURST_S = 0.1
WINDOW = 20
"""Groups under the regression line."""
SMOOTHING = 0.9
GAIN = 4.0
MAX_DELTAS = 60
INITIAL_THRESHOLD_MS = 12.5
THRESHOLD_MIN_MS, THRESHOLD_MAX_MS = 6.0, 600.0
K_UP, K_DOWN = 0.0087, 0.039
"""How fast the threshold follows the trend up and down, per ms (section 5.4; it keeps us alive beside TCP)."""
OUTLIER_MS = 15.0
OVERUSE_TIME_MS = 10.0
RENEW_SUMS_AFTER = 500
MIN_SPREAD = 1e-6
LATE_S = 0.05
"""Packets of one group arrive together: where the next comes so much later, the receiver was busy, and it belongs to all those
that waited with it."""
STALE_S = 3.0
"""After such a gap in arrivals the history says nothing about the path any more."""


class Usage(Enum):
    NORMAL = "normal"
    OVERUSING = "overusing"
    UNDERUSING = "underusing"


class _Group:
    __slots__ = ("first_arrival", "first_sent", "last_arrival", "last_sent")

    def __init__(self, sent: float, arrival: float) -> None:
        self.first_sent = self.last_sent = sent
        self.first_arrival = self.last_arrival = arrival


class Trendline:
    """Least squares over the last points, by running sums: how many ms of queue each ms brings."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self._points: deque[tuple[float, float]] = deque()
        self._origin_ms: float | None = None
        self._x = self._y = self._xx = self._xy = 0.0
        self._added = 0

    def add(self, at_ms: float, delay_ms: float) -> float | None:
        """The slope; None until the window is full, or if all points are of one instant."""
        points = self._points
        if self._origin_ms is None:
            self._origin_ms = at_ms
        x = at_ms - self._origin_ms
        points.append((x, delay_ms))
        self._x += x
        self._y += delay_ms
        self._xx += x * x
        self._xy += x * delay_ms
        if len(points) < WINDOW:
            return None
        if len(points) > WINDOW:
            old_x, old_y = points.popleft()
            self._x -= old_x
            self._y -= old_y
            self._xx -= old_x * old_x
            self._xy -= old_x * old_y
        self._added += 1
        if self._added >= RENEW_SUMS_AFTER:
            self._renew()
        spread = self._xx - self._x * self._x / WINDOW
        return (self._xy - self._x * self._y / WINDOW) / spread if spread > MIN_SPREAD else None

    def _renew(self) -> None:
        """Running sums lose precision as times grow: begin again from the points there are."""
        self._added = 0
        assert self._origin_ms is not None
        first = self._points[0][0]
        self._origin_ms += first
        self._points = deque((x - first, y) for x, y in self._points)
        self._x = sum(x for x, _ in self._points)
        self._y = sum(y for _, y in self._points)
        self._xx = sum(x * x for x, _ in self._points)
        self._xy = sum(x * y for x, y in self._points)


class DelayDetector:
    """Fed with when each packet was sent and arrived; says how the queue does.

    `sent` is by our clock, `arrivals` by the receiver's: both in seconds, their offset does not matter.
    """

    def __init__(self) -> None:
        self.usage = Usage.NORMAL
        self._current: _Group | None = None
        self._previous: _Group | None = None
        self._trendline = Trendline()
        self._reset_trend()
        self._threshold_ms = INITIAL_THRESHOLD_MS
        self._threshold_at_ms: float | None = None

    def _reset_trend(self) -> None:
        self._trendline.clear()
        self._deltas = 0
        self._accumulated_ms = 0.0
        self._smoothed_ms = 0.0
        self._previous_trend = 0.0
        self._over_for_ms: float | None = None
        self._over_count = 0

    def feed(self, sent: Sequence[float], arrivals: Sequence[float]) -> None:
        """Packets that arrived, in the order of sending. Costs by the group, not by the packet."""
        group, at, count = self._current, 0, len(sent)
        while at < count:
            if group is None or not -STALE_S <= arrivals[at] - group.last_arrival <= STALE_S:
                if group is not None:
                    self.restart()
                group = _Group(sent[at], arrivals[at])
            elif sent[at] < group.first_sent:
                at += 1  # reordered into an older group: tells nothing about the queue now
                continue
            elif arrivals[at] - group.last_arrival > LATE_S or not (
                sent[at] - group.first_sent <= BURST_S or self._one_burst(group, sent[at], arrivals[at])
            ):
                group = self._complete(group, sent[at], arrivals[at])
            end = bisect_right(sent, group.first_sent + BURST_S, at, count)
            last = max(end - 1, at)
            while last > at and arrivals[last] - arrivals[at] > LATE_S:
                last -= 1
            if sent[last] > group.last_sent:
                group.last_sent = sent[last]
            if arrivals[last] > group.last_arrival:
                group.last_arrival = arrivals[last]
            at = last + 1
        self._current = group

    def _complete(self, group: _Group, sent: float, arrival: float) -> _Group:
        """Judges a group; returns the next one."""
        previous = self._previous
        if previous is not None:
            sent_delta_ms = (group.last_sent - previous.last_sent) * 1000
            arrival_delta_ms = (group.last_arrival - previous.last_arrival) * 1000
            self._update(sent_delta_ms, arrival_delta_ms, group.last_arrival * 1000)
        self._previous = group
        return _Group(sent, arrival)

    def restart(self) -> None:
        """What comes next does not follow what was fed last."""
        self._current = self._previous = None
        self._reset_trend()
        self.usage = Usage.NORMAL

    @staticmethod
    def _one_burst(group: _Group, sent: float, arrival: float) -> bool:
        """A burst of arrivals after a stall of the path (Wi-Fi aggregation) is one group too."""
        arrival_delta = arrival - group.last_arrival
        propagation_delta = arrival_delta - (sent - group.last_sent)
        return (
            propagation_delta <= 0
            and arrival_delta <= BURST_S
            and arrival - group.first_arrival < MAX_BURST_S
        )

    def _update(self, sent_delta_ms: float, arrival_delta_ms: float, arrival_ms: float) -> None:
        """A group is complete: judges what it says of the queue. Runs for every 5 ms of sending, so it is flat."""
        if self._deltas < MAX_DELTAS:
            self._deltas += 1
        self._accumulated_ms += arrival_delta_ms - sent_delta_ms
        self._smoothed_ms = SMOOTHING * self._smoothed_ms + (1 - SMOOTHING) * self._accumulated_ms
        slope = self._trendline.add(arrival_ms, self._smoothed_ms)
        trend = self._previous_trend if slope is None else slope
        if self._deltas < 2:
            return
        modified = self._deltas * trend * GAIN
        threshold = self._threshold_ms
        if modified > threshold:
            if self._over_for_ms is None:
                self._over_for_ms = sent_delta_ms / 2  # it began somewhere between the two groups
            else:
                self._over_for_ms += sent_delta_ms
            self._over_count += 1
            if self._over_for_ms > OVERUSE_TIME_MS and self._over_count > 1 and trend >= self._previous_trend:
                self._over_for_ms, self._over_count = 0.0, 0
                self.usage = Usage.OVERUSING
        else:
            self._over_for_ms, self._over_count = None, 0
            self.usage = Usage.UNDERUSING if modified < -threshold else Usage.NORMAL
        self._previous_trend = trend
        last, self._threshold_at_ms = self._threshold_at_ms, arrival_ms
        distance = abs(modified) - threshold
        if last is None or distance > OUTLIER_MS:
            return  # a route change or a stall: do not learn from it
        elapsed_ms = arrival_ms - last
        if elapsed_ms <= 0:
            return
        threshold += (K_DOWN if distance < 0 else K_UP) * distance * (100 if elapsed_ms > 100 else elapsed_ms)
        self._threshold_ms = (
            THRESHOLD_MIN_MS
            if threshold < THRESHOLD_MIN_MS
            else (THRESHOLD_MAX_MS if threshold > THRESHOLD_MAX_MS else threshold)
        )
