from __future__ import annotations

from classroom.metrics.distribution import Distribution


def test_values_are_counted_below_their_bound_and_told_as_prometheus_adds_them_up() -> None:
    distribution = Distribution((0.1, 1.0))
    for value in (0.0, 0.1, 0.5, 1.0, 7.0):
        distribution.observe(value)
    assert distribution.counts == [2, 2, 1]
    assert distribution.samples == 5
    assert distribution.total == 8.6
    assert distribution.buckets() == [("0.1", 2.0), ("1.0", 4.0), ("+Inf", 5.0)]
