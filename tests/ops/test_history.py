"""Rings of minutes and series of readings: what is kept is right, and never more than said."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from classroom.ops.history import MINUTE_MS, Ring, Series
from tests.ops.make import T0


def test_values_of_one_minute_are_merged_and_silent_minutes_are_zero() -> None:
    most, total = Ring("max"), Ring("sum")
    for ring in (most, total):
        ring.add(3, T0)
        ring.add(2, T0 + 30_000)
        ring.add(1, T0 + 3 * MINUTE_MS)
    assert most.last(10) == (3, 0, 0, 1)
    assert total.last(10) == (5, 0, 0, 1)
    assert total.last(2) == (0, 1)
    assert Ring("sum").last(5) == ()


def test_a_clock_that_is_set_back_moves_nothing() -> None:
    ring = Ring("sum")
    ring.add(1, T0 + MINUTE_MS)
    ring.add(1, T0)
    assert ring.last(5) == (2,)


@given(
    st.integers(1, 8),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), min_size=1, max_size=60),
)
def test_a_ring_is_what_a_dictionary_of_minutes_would_be(size: int, values: list[tuple[int, int]]) -> None:
    ring, minutes = Ring("sum", size=size), dict[int, int]()
    minute = 0
    for later, value in values:
        minute += later
        ring.add(value, T0 + minute * MINUTE_MS)
        minutes[minute] = minutes.get(minute, 0) + value
    first = max(min(minutes), minute - size + 1)
    assert ring.last(1_000) == tuple(minutes.get(one, 0) for one in range(first, minute + 1))


@given(st.integers(1, 5), st.lists(st.none() | st.integers(0, 99), max_size=20))
def test_a_series_keeps_the_last(size: int, values: list[int | None]) -> None:
    series = Series(size)
    for value in values:
        series.add(value)
    assert series.all() == tuple(values[-size:])
