"""Histograms: merging loses nothing, and percentiles are right to a hundredth."""

from __future__ import annotations

import math

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from loadtest.histogram import MAX_MS, Histogram, histogram, merged

values = st.lists(st.floats(0, 1e6), max_size=60)


@given(st.lists(values, max_size=5))
def test_merging_equals_the_histogram_of_everything(many: list[list[float]]) -> None:
    together = histogram(value for each in many for value in each)
    assert merged(map(histogram, many)) == together
    assert merged(map(histogram, reversed(many))) == together


@given(values.filter(bool), st.floats(0.01, 1))
def test_a_percentile_is_the_value_of_nearest_rank(found: list[float], fraction: float) -> None:
    exact = sorted(found)[max(0, math.ceil(fraction * len(found)) - 1)]
    told = histogram(found).percentile(fraction)
    assert told is not None
    assert exact - 0.0011 <= told <= exact * (1 + 1 / 128) + 0.0011


@given(values.filter(bool))
def test_a_summary_is_in_order_and_ends_with_the_largest(found: list[float]) -> None:
    summary = histogram(found).summary()
    assert summary is not None
    assert summary.count == len(found)
    assert summary.p50 <= summary.p95 <= summary.p99 <= summary.max
    assert abs(summary.max - max(found)) <= 0.001


@given(values)
def test_what_travels_is_the_same_afterwards(found: list[float]) -> None:
    before = histogram(found)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(before), type=Histogram) == before
    assert msgspec.json.decode(msgspec.json.encode(before), type=Histogram) == before


def test_what_cannot_be_is_bounded() -> None:
    odd = histogram([-5.0, 1e12])
    assert odd.percentile(0.5) == 0
    assert odd.max_us == MAX_MS * 1000
    assert Histogram().summary() is None
    assert len(histogram(range(0, 3_600_000, 60)).buckets) < 4_000
