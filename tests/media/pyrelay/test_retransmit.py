from __future__ import annotations

import pytest

from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.retransmit import REMEMBERED, NackResponder, RetransmitBudget

LIMITS = RelayLimits()


@pytest.mark.parametrize(
    ("round_trip_s", "after", "allowed"),
    [
        (None, 0.099, False),
        (None, 0.101, True),
        (0.02, 0.039, False),
        (0.02, 0.041, True),
        (1.0, 0.101, True),
    ],
)
def test_repeats_within_two_round_trips_are_ignored(
    round_trip_s: float | None, after: float, allowed: bool
) -> None:
    responder = NackResponder(LIMITS)
    assert responder.allows(5, 1.0, round_trip_s)
    responder.sent(5, 1.0)
    assert responder.allows(5, 1.0 + after, round_trip_s) is allowed
    assert responder.allows(6, 1.0, round_trip_s)


def test_at_most_three_times_until_the_number_comes_round() -> None:
    responder = NackResponder(LIMITS)
    for n in range(3):
        assert responder.allows(5, float(n), 0.01)
        responder.sent(5, float(n))
    assert not responder.allows(5, 4.0, 0.01)
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
