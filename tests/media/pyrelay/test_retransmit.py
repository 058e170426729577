from __future__ import annotations

from typing import cast

import pytest

from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.retransmit import (
    MOST_REPEATS_WAITING,
    REMEMBERED,
    REPEAT_AFTER_S,
    NackResponder,
    Repeats,
    RetransmitBudget,
    copies,
)
from classroom.media.pyrelay.slot import SlotState

LIMITS = RelayLimits()


@pytest.mark.parametrize(
    ("round_trip_s", "after", "allowed"),
    [
        (None, 0.099, False),
        (None, 0.101, True),
        (0.02, 0.017, False),
        (0.02, 0.019, True),
        (1.0, 0.101, True),
    ],
)
def test_repeats_within_a_round_trip_are_ignored(
    round_trip_s: float | None, after: float, allowed: bool
) -> None:
    responder = NackResponder(LIMITS)
    assert responder.allows(5, 1.0, round_trip_s)
    responder.sent(5, 1.0)
    assert responder.allows(5, 1.0 + after, round_trip_s) is allowed
    assert responder.allows(6, 1.0, round_trip_s)


def test_only_so_often_until_the_number_comes_round() -> None:
    responder = NackResponder(LIMITS)
    for n in range(LIMITS.retransmit_tries):
        assert responder.allows(5, float(n), 0.01)
        responder.sent(5, float(n))
    assert not responder.allows(5, LIMITS.retransmit_tries + 1.0, 0.01)
    assert responder.allows(5, 40.0, 0.01)


def test_memory_is_bounded() -> None:
    responder = NackResponder(LIMITS)
    for n in range(3 * REMEMBERED):
        responder.sent(n, 1.0)
    assert responder.allows(0, 1.0, None)
    assert not responder.allows(3 * REMEMBERED - 1, 1.0, None)


def test_the_budget_is_a_burst_and_a_rate() -> None:
    budget = RetransmitBudget(LIMITS)
    taken = sum(budget.take(1000.0) for _ in range(1000))
    assert taken == LIMITS.retransmit_burst
    assert sum(budget.take(1000.1) for _ in range(1000)) == pytest.approx(LIMITS.retransmit_rate / 10, abs=1)
    assert sum(budget.take(2000.0) for _ in range(1000)) == LIMITS.retransmit_burst


def test_a_reserve_is_left_to_what_matters_more() -> None:
    budget = RetransmitBudget(LIMITS)
    spare = sum(budget.take(1000.0, reserve=0.25) for _ in range(1000))
    assert spare == pytest.approx(0.75 * LIMITS.retransmit_burst, abs=1)
    assert budget.take(1000.0)


@pytest.mark.parametrize(
    ("loss", "round_trip_s", "times"),
    [(0.3, 0.02, 1), (0.3, None, 1), (0.0, 0.3, 1), (0.05, 0.15, 2), (0.1, 0.15, 3), (0.3, 0.3, 3)],
)
def test_repairs_go_more_than_once_where_the_way_is_long_and_lossy(
    loss: float, round_trip_s: float | None, times: int
) -> None:
    assert copies(loss, round_trip_s) == times


def test_repeats_wait_for_a_run_of_losses_to_end_and_are_bounded() -> None:
    slot = cast("SlotState", object())
    repeats = Repeats()
    repeats.add(slot, 7, 2, 1.0)
    assert repeats.due(1.0) == []
    assert repeats.due(1.001 + REPEAT_AFTER_S) == [(slot, 7)]
    assert repeats.due(1.001 + 2 * REPEAT_AFTER_S) == [(slot, 7)]
    assert repeats.due(9.0) == []
    for sequence in range(10_000):
        repeats.add(slot, sequence, 2, 2.0)
    assert len(repeats.due(9.0)) == MOST_REPEATS_WAITING
