"""Histograms of milliseconds that can be merged: of several seconds, people, rooms, processes and machines.

Percentiles of parts cannot be combined into one of the whole; counts can. As in HdrHistogram (Gil Tene), each
power of two is divided into the same number of buckets, so that the error is relative and below 1/128 at every size.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

_BITS = 7
"""Of precision: a bucket is at most 1/2**_BITS of its value wide."""
_EXACT = 2 << _BITS
"""Below so many microseconds every bucket is one microsecond."""
MAX_MS = 3_600_000.0
"""What is longer counts as this long."""
_MAX_US = round(MAX_MS * 1000)


@dataclass(frozen=True, slots=True)
class Summary:
    """Nearest-rank percentiles in milliseconds, and how many values they are of."""

    count: int
    p50: float
    p95: float
    p99: float
    max: float


class Histogram(msgspec.Struct):
    """Sparse: bucket to how many values are in it."""

    buckets: dict[int, int] = {}
    max_us: int = 0

    def record(self, value_ms: float) -> None:
        """What is below 0 (two machines' clocks) counts as 0."""
        us = min(_MAX_US, max(0, round(value_ms * 1000)))
        bucket = _bucket(us)
        self.buckets[bucket] = self.buckets.get(bucket, 0) + 1
        self.max_us = max(self.max_us, us)

    def add(self, other: Histogram) -> None:
        for bucket, count in other.buckets.items():
            self.buckets[bucket] = self.buckets.get(bucket, 0) + count
        self.max_us = max(self.max_us, other.max_us)

    @property
    def count(self) -> int:
        return sum(self.buckets.values())

    def percentile(self, fraction: float) -> float | None:
        """The upper end of the bucket that holds the value of nearest rank; None: there are no values."""
        (found,) = self.percentiles(fraction)
        return found

    def percentiles(self, *fractions: float) -> list[float | None]:
        """The same for several `fractions`, ascending."""
        total = self.count
        if not total:
            return [None] * len(fractions)
        found: list[float | None] = []
        ordered = iter(sorted(self.buckets.items()))
        bucket, seen = next(ordered)
        for fraction in fractions:
            rank = max(1, -int(-fraction * total // 1))
            while seen < rank:
                bucket, count = next(ordered)
                seen += count
            found.append(min(_upper_us(bucket), self.max_us) / 1000)
        return found

    def summary(self) -> Summary | None:
        """None: there are no values."""
        p50, p95, p99 = self.percentiles(0.50, 0.95, 0.99)
        if p50 is None or p95 is None or p99 is None:
            return None
        return Summary(self.count, p50, p95, p99, self.max_us / 1000)


def histogram(values_ms: Iterable[float]) -> Histogram:
    made = Histogram()
    for value in values_ms:
        made.record(value)
    return made


def merged(many: Iterable[Histogram]) -> Histogram:
    made = Histogram()
    for each in many:
        made.add(each)
    return made


def _bucket(us: int) -> int:
    if us < _EXACT:
        return us
    shift = us.bit_length() - _BITS - 1
    return (shift << _BITS) + (us >> shift)


def _upper_us(bucket: int) -> int:
    """The largest value that is in the bucket."""
    if bucket < _EXACT:
        return bucket
    shift = (bucket >> _BITS) - 1
    return ((bucket - (shift << _BITS) + 1) << shift) - 1
