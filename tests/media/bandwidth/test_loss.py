from __future__ import annotations

from collections.abc import Callable

import pytest

from classroom.media.bandwidth.loss import MINIMUM_PACKETS, MOST_INHERENT, InherentLoss, LossControl


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


def test_chance_on_a_bad_path_is_no_queue() -> None:
    control = LossControl(1_000_000, 40_000, 20_000_000)
    control.inherent.fraction = 0.2
    before_bps = control.target_bps
    for now, lost in enumerate((8, 9, 7, 9)):
        control.add(MINIMUM_PACKETS, lost)
        assert control.update(0.1, 1_000_000, float(now)) >= before_bps
        before_bps = control.target_bps
    control.add(MINIMUM_PACKETS, 20)
    assert control.update(0.1, 1_000_000, 9.0) < before_bps
