"""When the garbage collector runs. It is the test's own process that is collected."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from classroom import collector
from classroom.collector import IDLE_EVERY_S, Collector


class Knot:
    def __init__(self) -> None:
        self.me = self


def made_old() -> weakref.ref[Knot]:
    """Garbage that only a full collection finds."""
    knot = Knot()
    gc.collect(1)
    return weakref.ref(knot)


@pytest.fixture
def settled() -> Iterator[Collector]:
    thresholds = gc.get_threshold()
    made = Collector()
    made.settle()
    yield made
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_the_start_is_never_looked_at_again(settled: Collector) -> None:
    assert gc.get_freeze_count() > 1000
    assert gc.get_threshold()[2] > 1_000_000, "no full collection but ours"


def test_a_full_collection_waits_until_nobody_listens(settled: Collector) -> None:
    knot = made_old()
    assert not settled.sweep(1000.0, idle=False)
    assert knot() is not None
    assert settled.sweep(1001.0, idle=True)
    assert knot() is None


def test_an_empty_server_does_not_collect_all_the_time(settled: Collector) -> None:
    made_old()
    assert settled.sweep(1000.0, idle=True)
    assert not settled.sweep(2000.0, idle=True), "nothing has been made since"
    knot = made_old()
    assert settled.sweep(2000.0, idle=True)
    again = made_old()
    assert not settled.sweep(2000.0 + IDLE_EVERY_S - 1, idle=True)
    assert settled.sweep(2000.0 + IDLE_EVERY_S, idle=True)
    assert (knot(), again()) == (None, None)


def test_a_server_that_is_never_empty_collects_in_the_end(
    settled: Collector, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collector, "BUSY_AFTER", 3)
    knot = made_old()
    while gc.get_count()[2] < 3:
        assert not settled.sweep(1000.0, idle=False)
        gc.collect(1)
    assert settled.sweep(1000.0, idle=False)
    assert knot() is None
