"""How much arrives: throughput over a sliding window of feedback."""

from __future__ import annotations

from collections import deque
from typing import NamedTuple

WINDOW_S = 0.5
SHORT_WINDOW_S = 0.15
"""The first figure comes sooner, and a fall is seen sooner: neither the start nor a full queue may wait."""
MINIMUM_PACKETS = 5


class _Report(NamedTuple):
    until: float
    """Arrival of its last packet, on the receiver's clock."""
    size_bytes: int
    packets: int


class Throughput:
    """Fed with what each feedback acknowledges."""

    def __init__(self) -> None:
        self._reports: deque[_Report] = deque()
        self._bytes = self._packets = 0

    def add(self, until: float, size_bytes: int, packets: int) -> None:
        """So much has arrived by `until` (receiver's clock, seconds) since the last call."""
        reports = self._reports
        if reports and until < reports[-1].until:
            until = reports[-1].until
        reports.append(_Report(until, size_bytes, packets))
        self._bytes += size_bytes
        self._packets += packets
        while len(reports) > 2 and reports[0].until < until - WINDOW_S:
            gone = reports.popleft()
            self._bytes -= gone.size_bytes
            self._packets -= gone.packets

    @property
    def bps(self) -> float | None:
        """Over the whole window; None until enough has arrived to tell."""
        reports = self._reports
        if not reports:
            return None
        # The first report opens the span; its packets arrived before.
        span = reports[-1].until - reports[0].until
        if span < SHORT_WINDOW_S or self._packets - reports[0].packets < MINIMUM_PACKETS:
            return None
        return (self._bytes - reports[0].size_bytes) * 8 / span

    @property
    def recent_bps(self) -> float | None:
        """Over the last 150 ms or the last few packets: what a path that just shrank carries now."""
        total = packets = 0
        newest = self._reports[-1].until if self._reports else 0.0
        for until, size_bytes, count in reversed(self._reports):
            if newest - until >= SHORT_WINDOW_S and packets >= MINIMUM_PACKETS:
                return total * 8 / (newest - until)
            total, packets = total + size_bytes, packets + count
        return self.bps
