"""Metrics as Prometheus names them: short for its client's metric families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)

from classroom.metrics.distribution import Distribution

Labels = Sequence[str]


def gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"classroom_{name}", meaning, value=value)


def gauges(
    name: str, meaning: str, labels: Labels, values: Iterable[tuple[Labels, float]]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"classroom_{name}", meaning, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def counter(name: str, meaning: str, value: float) -> Metric:
    """`name` is without `_total`, which the format adds."""
    return CounterMetricFamily(f"classroom_{name}", meaning, value=value)


def counters(
    name: str, meaning: str, labels: Labels, values: Iterable[tuple[Labels, float]]
) -> CounterMetricFamily:
    family = CounterMetricFamily(f"classroom_{name}", meaning, labels=labels)
    for of, value in values:
        family.add_metric(of, value)
    return family


def histogram(name: str, meaning: str, distribution: Distribution) -> Metric:
    return HistogramMetricFamily(
        f"classroom_{name}", meaning, buckets=distribution.buckets(), sum_value=distribution.total
    )


def histograms(
    name: str, meaning: str, label: str, distributions: Mapping[str, Distribution]
) -> HistogramMetricFamily:
    family = HistogramMetricFamily(f"classroom_{name}", meaning, labels=[label])
    for of, distribution in distributions.items():
        family.add_metric([of], distribution.buckets(), distribution.total)
    return family


def info(name: str, meaning: str, values: dict[str, str]) -> Metric:
    return InfoMetricFamily(f"classroom_{name}", meaning, value=values)
