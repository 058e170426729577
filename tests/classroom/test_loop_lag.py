"""What is made of the loop's lag."""

from __future__ import annotations

import asyncio
import gc
import time

import pytest
from structlog.testing import capture_logs

from classroom.loop_lag import BOUNDS_MS, WARN_EVERY_S, LagMeter, LagWarning, LoopWatch


def test_every_lag_is_counted_in_one_bucket() -> None:
    meter = LagMeter()
    for lag_ms in (0.0, 1.0, 1.1, 4.9, 5.0, 30.0, 5000.0):
        meter.sample(lag_ms / 1000, 0.0, 0.0, 0.0)
    figures = meter.figures(0.0)
    assert figures.samples == 7
    assert dict(zip((*BOUNDS_MS, "more"), figures.buckets, strict=True)) == {
        1.0: 2, 2.0: 1, 5.0: 2, 10.0: 0, 20.0: 0, 50.0: 1, 100.0: 0, 250.0: 0, 1000.0: 0, "more": 1
    }  # fmt: skip
    assert figures.share_above(5.0) == pytest.approx(2 / 7)


def test_the_worst_is_forgotten_after_a_minute() -> None:
    meter = LagMeter()
    meter.sample(0.040, 0.0, 0.0, now=100.0)
    for second in range(101, 200):
        meter.sample(0.001, 0.0, 0.0, float(second))
        worst_ms = meter.figures(float(second)).worst_ms
        assert worst_ms == pytest.approx(40.0 if second < 155 else 1.0) or 155 <= second <= 160
    assert meter.figures(1000.0).worst_ms == 0.0, "nothing was measured lately"


def test_one_warning_in_a_while_and_the_others_are_counted() -> None:
    meter = LagMeter()
    assert meter.sample(0.050, 0.05, 0.0, now=0.0) is None, "nobody hears that"
    assert meter.sample(0.060, 0.055, 0.02, now=1.0) == LagWarning(60.0, 55.0, 20.0, untold=0)
    assert meter.sample(0.500, 0.001, 0.0, now=2.0) is None
    assert meter.sample(0.070, 0.001, 0.0, now=1.0 + WARN_EVERY_S / 2) is None
    assert meter.sample(0.080, 0.0, 0.0, now=1.0 + WARN_EVERY_S) == LagWarning(80.0, 0.0, 0.0, untold=2)


async def test_what_holds_the_loop_is_seen_and_told() -> None:
    watch = LoopWatch()
    callbacks = len(gc.callbacks)
    with capture_logs() as logs:
        watch.start()
        until = time.thread_time() + 0.1
        while time.thread_time() < until:
            gc.collect()
        await asyncio.sleep(0.03)
        figures = watch.figures
        watch.stop()
    assert figures.samples >= 1
    assert figures.worst_ms > 50
    [told] = [entry for entry in logs if entry["event"] == "the loop was late"]
    assert told["lag_ms"] > 50
    assert told["cpu_ms"] >= 100
    assert 0 < told["gc_ms"] <= told["cpu_ms"]
    assert len(gc.callbacks) == callbacks
