from __future__ import annotations

from collections.abc import Callable

import pytest

from classroom.media.bandwidth.loss import MOST_INHERENT, InherentLoss


def after(loses: Callable[[float], float], *, decreases: int = 12) -> InherentLoss:
    """Sends 10 % less with every report, over a path that loses so much at each rate (Mb/s)."""
    inherent = InherentLoss()
    rate = 2.0
    for _ in range(decreases):
        inherent.heard(loses(rate), rate * 1e6)
        inherent.lowered(rate * 1e6)
        rate *= 0.9
    return inherent


def test_what_stays_when_less_is_sent_is_the_paths_own() -> None:
    assert after(lambda rate: 0.15).fraction == pytest.approx(0.15)


def test_what_goes_when_less_is_sent_was_a_queue() -> None:
    assert after(lambda rate: max(0.0, 1 - 1 / rate)).fraction == 0


def test_nothing_is_said_before_much_less_was_sent() -> None:
    assert after(lambda rate: 0.15, decreases=4).fraction == 0


def test_more_than_some_is_never_put_down_to_the_path() -> None:
    assert after(lambda rate: 0.6).fraction == MOST_INHERENT


def test_it_is_over_when_less_is_lost() -> None:
    inherent = after(lambda rate: 0.15)
    for _ in range(3):
        inherent.heard(0.0, 500_000)
    assert inherent.fraction > 0.1, "a few packets that come are chance"
    for _ in range(60):
        inherent.heard(0.0, 500_000)
    assert inherent.fraction < 0.001
