"""Metrics of the process: its loop, its memory, its journal, and its place in a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Final

from prometheus_client.core import HistogramMetricFamily, Metric

from classroom.loop_lag import BOUNDS_MS, LagFigures
from classroom.metrics.disk import Disk
from classroom.metrics.families import counter, counters, gauge, histogram, info
from classroom.metrics.snapshot import Snapshot
from classroom.webhooks.delivery import Fate

DISTRIBUTION: Final = "momentum-classroom"


def collect(snapshot: Snapshot, disk: Disk | None) -> Iterator[Metric]:
    """`disk`: what is known of the disk; None: it has not answered yet."""
    runtime = snapshot.runtime
    yield info("build", "What runs here.", {"version": _version()})
    yield gauge("ready", "1: new people may come here, as /readyz says.", float(runtime.ready))
    lag = runtime.loop_watch.figures
    yield _lag_histogram(lag)
    yield gauge(
        "loop_lag_worst_seconds",
        "The latest that the event loop was in the last minute.",
        lag.worst_ms / 1000,
    )
    yield counter(
        "gc_pause_seconds",
        "How long the garbage collector has stopped everything.",
        runtime.loop_watch.gc_total_s,
    )
    yield histogram(
        "journal_commit_seconds",
        "From the decision about a command until its events are kept and shown.",
        runtime.counts.commit_s,
    )
    yield counter(
        "journal_failures",
        "How often the journal did not take what was decided.",
        runtime.counts.journal_failures,
    )
    sent = runtime.api.courier.counts
    yield counters(
        "webhook_messages",
        "Messages to webhooks, by what became of them; again: not taken, and kept for another try.",
        ["fate"],
        [([fate], sent[fate]) for fate in (*(fate.value for fate in Fate), "dropped")],
    )
    if disk is not None:
        yield gauge("data_free_bytes", "What is free where DATA_DIR is.", disk.free_bytes)
        yield gauge("data_size_bytes", "The size of the file system where DATA_DIR is.", disk.size_bytes)
        if disk.certificate_ends_s is not None:
            yield gauge(
                "certificate_expiry_timestamp_seconds", "When TLS_CERT ends.", disk.certificate_ends_s
            )
    if runtime.cluster is not None:
        ownership = runtime.cluster.ownership
        yield gauge("redis_up", "1: this node reaches Redis.", float(ownership.reaches_redis))
        yield gauge("leases", "Rooms that this node owns.", ownership.held)
        yield counter("leases_lost", "Rooms that went to another node unasked.", ownership.given_up)
        yield gauge(
            "cluster_nodes", "Nodes that this one knows of, itself included.", 1 + len(ownership.peers)
        )


def _lag_histogram(lag: LagFigures) -> Metric:
    buckets: list[tuple[str, float]] = []
    upto = 0
    for bound_ms, count in zip((*BOUNDS_MS, None), lag.buckets, strict=True):
        upto += count
        buckets.append(("+Inf" if bound_ms is None else repr(bound_ms / 1000), float(upto)))
    return HistogramMetricFamily(
        "classroom_loop_lag_seconds",
        "How much later than asked a timer fires: what everything waits for the event loop.",
        buckets=buckets,
        sum_value=lag.total_ms / 1000,
    )


def _version() -> str:
    try:
        return version(DISTRIBUTION)
    except PackageNotFoundError:  # run from a folder that was never installed
        return "unknown"
