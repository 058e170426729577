"""From arrival times to a verdict: is the path's queue growing, draining or steady?

draft-ietf-rmcat-gcc-02 sections 5.2 to 5.4, with libwebrtc's trendline filter in place of the draft's Kalman filter.
"""

from __future__ import annotations

from collections import deque
from enum import Enum

BURST_S = 0.005
"""Packets sent within 5 ms are one group: pacing and the kernel send in bursts (section 5.2)."""
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


class DelayDetector:
    """Fed with (sent, arrival) of each packet that arrived, in the order of sending; says how the queue does.

    `sent` is our clock, `arrival` the receiver's: both in seconds, their offset does not matter.
    """

    def __init__(self) -> None:
        self.usage = Usage.NORMAL
        self._current: _Group | None = None
        self._previous: _Group | None = None
        self._reset_trend()
        self._threshold_ms = INITIAL_THRESHOLD_MS
        self._threshold_at_ms: float | None = None

    def _reset_trend(self) -> None:
        self._points: deque[tuple[float, float]] = deque(maxlen=WINDOW)
        self._deltas = 0
        self._accumulated_ms = 0.0
        self._smoothed_ms = 0.0
        self._first_arrival_ms: float | None = None
        self._previous_trend = 0.0
        self._over_for_ms: float | None = None
        self._over_count = 0

    def add(self, sent: float, arrival: float) -> None:
        group = self._current
        if group is None:
            self._current = _Group(sent, arrival)
            return
        if arrival - group.last_arrival > STALE_S or arrival < group.last_arrival - STALE_S:
            self._current, self._previous = _Group(sent, arrival), None
            self._reset_trend()
            self.usage = Usage.NORMAL
            return
        if sent < group.first_sent:
            return  # reordered into an older group: tells nothing about the queue now
        if self._same_group(group, sent, arrival):
            group.last_sent = max(group.last_sent, sent)
            group.last_arrival = max(group.last_arrival, arrival)
            return
        if self._previous is not None:
            sent_delta_ms = (group.last_sent - self._previous.last_sent) * 1000
            arrival_delta_ms = (group.last_arrival - self._previous.last_arrival) * 1000
            self._update(sent_delta_ms, arrival_delta_ms, group.last_arrival * 1000)
        self._previous, self._current = group, _Group(sent, arrival)

    @staticmethod
    def _same_group(group: _Group, sent: float, arrival: float) -> bool:
        if sent - group.first_sent <= BURST_S:
            return True
        # A burst of arrivals after a stall of the path (Wi-Fi aggregation) is one group too.
        arrival_delta = arrival - group.last_arrival
        propagation_delta = arrival_delta - (sent - group.last_sent)
        return (
            propagation_delta < 0 and arrival_delta <= BURST_S and arrival - group.first_arrival < MAX_BURST_S
        )

    def _update(self, sent_delta_ms: float, arrival_delta_ms: float, arrival_ms: float) -> None:
        self._deltas = min(self._deltas + 1, 1000)
        if self._first_arrival_ms is None:
            self._first_arrival_ms = arrival_ms
        self._accumulated_ms += arrival_delta_ms - sent_delta_ms
        self._smoothed_ms = SMOOTHING * self._smoothed_ms + (1 - SMOOTHING) * self._accumulated_ms
        self._points.append((arrival_ms - self._first_arrival_ms, self._smoothed_ms))
        trend = self._slope() if len(self._points) == WINDOW else self._previous_trend
        self._judge(trend, sent_delta_ms, arrival_ms)

    def _slope(self) -> float:
        """Least squares: how many ms of queue each ms brings."""
        count = len(self._points)
        mean_x = sum(x for x, _ in self._points) / count
        mean_y = sum(y for _, y in self._points) / count
        spread = sum((x - mean_x) ** 2 for x, _ in self._points)
        if spread == 0:
            return self._previous_trend
        return sum((x - mean_x) * (y - mean_y) for x, y in self._points) / spread

    def _judge(self, trend: float, sent_delta_ms: float, arrival_ms: float) -> None:
        if self._deltas < 2:
            return
        modified = min(self._deltas, MAX_DELTAS) * trend * GAIN
        if modified > self._threshold_ms:
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
            self.usage = Usage.UNDERUSING if modified < -self._threshold_ms else Usage.NORMAL
        self._previous_trend = trend
        self._adapt_threshold(modified, arrival_ms)

    def _adapt_threshold(self, modified: float, arrival_ms: float) -> None:
        last, self._threshold_at_ms = self._threshold_at_ms, arrival_ms
        distance = abs(modified) - self._threshold_ms
        if last is None or distance > OUTLIER_MS:
            return  # a route change or a stall: do not learn from it
        k = K_DOWN if distance < 0 else K_UP
        elapsed_ms = min(max(arrival_ms - last, 0.0), 100.0)
        moved = self._threshold_ms + k * distance * elapsed_ms
        self._threshold_ms = min(max(moved, THRESHOLD_MIN_MS), THRESHOLD_MAX_MS)
