from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay.relay import GOLDEN_RATIO
from classroom.media.pyrelay.reports import next_due

TICK_S = 0.02


@given(st.floats(0, 1e7), st.sampled_from([0.1, 1.0]), st.floats(0, 1, exclude_max=True))
def test_what_is_repeated_is_due_within_one_interval(now: float, interval_s: float, phase: float) -> None:
    due = next_due(now, interval_s, phase)
    assert now < due <= now + interval_s * (1 + 1e-6)
    assert (due / interval_s - phase) == pytest.approx(round(due / interval_s - phase), abs=1e-6)


@pytest.mark.parametrize("people", [5, 16, 40])
def test_no_tick_has_everybodys_feedback(people: int) -> None:
    """Whoever came when, and although ticks are late now and then."""
    interval_s, longest_tick_s = 0.1, 0.027
    due = dict.fromkeys(range(people), 0.0)
    now = 1000.0
    for tick in range(3 * people + 300):
        now += longest_tick_s if tick % 7 == 0 else TICK_S
        ready = [number for number in range(min(people, tick // 3)) if due[number] <= now]
        for number in ready:
            due[number] = next_due(now, interval_s, number * GOLDEN_RATIO % 1)
        assert len(ready) <= 1.3 * people * longest_tick_s / interval_s + 2
