"""How much arrives: throughput over a sliding window of feedback."""

from __future__ import annotations

from collections import deque

WINDOW_S = 0.5
SHORT_WINDOW_S = 0.15
"""The first figure comes sooner, and a fall is seen sooner: neither the start nor a full queue may wait."""
MINIMUM_PACKETS = 5


class Throughput:
    """Fed with (arrival on the receiver's clock, bytes) of acknowledged packets."""

    def __init__(self) -> None:
        self._packets: deque[tuple[float, int]] = deque()
        self._bytes = 0
        self._newest = float("-inf")

    def add(self, arrival: float, size_bytes: int) -> None:
        self._packets.append((arrival, size_bytes))
        self._bytes += size_bytes
        self._newest = max(self._newest, arrival)
        while self._packets and self._packets[0][0] < self._newest - WINDOW_S:
            self._bytes -= self._packets.popleft()[1]

    @property
    def bps(self) -> float | None:
        """Over the whole window; None until enough has arrived to tell."""
        if len(self._packets) < MINIMUM_PACKETS:
            return None
        span = self._newest - self._packets[0][0]
        if span < SHORT_WINDOW_S:
            return None
        # The first packet opens the span; its bytes arrived before it.
        return (self._bytes - self._packets[0][1]) * 8 / span

    @property
    def recent_bps(self) -> float | None:
        """Over the last 150 ms or the last few packets: what a path that just shrank carries now."""
        total, last_size, first, count = 0, 0, self._newest, 0
        for arrival, size in reversed(self._packets):
            if first < self._newest - SHORT_WINDOW_S and count >= MINIMUM_PACKETS:
                break
            total, first, count = total + size, arrival, count + 1
            last_size = size
        if count < MINIMUM_PACKETS or first >= self._newest:
            return None
        return (total - last_size) * 8 / (self._newest - first)
