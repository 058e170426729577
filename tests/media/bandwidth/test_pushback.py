"""When everything that can wait is stopped for a queue, for how long, and what its end tells of the path."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.bandwidth.delay import Usage
from classroom.media.bandwidth.pushback import (
    RESUME_S,
    STOP_AT_MOST_S,
    STOP_S,
    WATCHED_QUEUE_S,
    Drain,
    Pushback,
)
from classroom.media.bandwidth.rate_control import BETA, RateControl

QUICKEST_S = 7.0
"""The clocks of both ends differ by something like this."""


def pushback() -> Pushback:
    made = Pushback()
    assert made.update(QUICKEST_S, 0.0) == 1
    return made


def test_a_queue_stops_everything_until_it_is_gone() -> None:
    path = pushback()
    assert 0 < path.update(QUICKEST_S + STOP_S - 0.02, 0.1) < 1
    assert path.update(QUICKEST_S + STOP_S + 0.01, 0.2) == 0
    assert path.update(QUICKEST_S + RESUME_S + 0.03, 0.3) == 0, "not only a bit shorter"
    assert path.stopped
    assert path.update(QUICKEST_S + RESUME_S - 0.01, 0.4) == 1
    assert not path.stopped


@given(st.lists(st.tuples(st.floats(0, 0.4), st.floats(0.02, 2)), max_size=30))
def test_watching_is_the_same_as_looking_closely_while_no_queue_stands(
    delays: list[tuple[float, float]],
) -> None:
    watched, looked = pushback(), pushback()
    now = 0.0
    for delay_s, after_s in delays:
        now += after_s
        share = looked.update(QUICKEST_S + delay_s, now)
        if watched.watched(QUICKEST_S + delay_s, now):
            assert share == 1
        else:
            assert watched.queue_s(QUICKEST_S + delay_s) > WATCHED_QUEUE_S
            assert watched.update(QUICKEST_S + delay_s, now) == share
        assert (watched.stopped, watched.queue_s(8.0)) == (looked.stopped, looked.queue_s(8.0))


def test_what_is_under_way_counts_before_it_has_come() -> None:
    path = pushback()
    assert path.update(QUICKEST_S + 0.06, 0.1, STOP_S + 0.05) == 0
    assert path.update(QUICKEST_S + 0.02, 0.2, 0.0) == 1


def test_a_queue_of_somebody_else_stops_nothing_for_long() -> None:
    path = pushback()
    shares = [path.update(QUICKEST_S + 0.25, 0.1 * n) for n in range(1, 60)]
    stopped = [share == 0 for share in shares]
    assert stopped[0]
    assert sum(stopped) <= STOP_AT_MOST_S / 0.1 + 2
    assert not any(stopped[40:]), "and it is not stopped again while the queue stays"


def test_a_drained_queue_tells_what_the_path_carries() -> None:
    drain = Drain(10.0, 0.5)
    for n in range(1, 9):
        drain.add(10.0 + 0.05 * n, 1_875, 0.5 - 0.05 * n)  # 300 kb/s
    assert drain.carried_bps == pytest.approx(300_000)


def test_only_what_comes_from_the_longest_queue_on_counts() -> None:
    drain = Drain(10.0, 0.2)
    for n in range(1, 9):
        drain.add(10.0 + 0.05 * n, 300, 0.2 + 0.05 * n)
    for n in range(9, 17):
        drain.add(10.0 + 0.05 * n, 1_875, 0.6 - 0.05 * (n - 8))
    assert drain.carried_bps == pytest.approx(300_000)


def test_what_comes_after_a_queue_has_drained_says_nothing_of_the_path() -> None:
    drain = Drain(10.0, 0.5)
    for n in range(1, 9):
        drain.add(10.0 + 0.05 * n, 1_875, 0.5 - 0.05 * n)
    for n in range(9, 40):
        drain.add(10.0 + 0.05 * n, 100, 0.1)
    assert drain.carried_bps == pytest.approx(300_000)


@pytest.mark.parametrize(("shrinks_by_s", "every_s"), [(0.0, 0.05), (0.05, 0.001)])
def test_a_queue_that_stays_or_a_single_moment_tells_nothing(shrinks_by_s: float, every_s: float) -> None:
    drain = Drain(10.0, 0.5)
    for n in range(1, 9):
        drain.add(10.0 + every_s * n, 400, 0.5 - shrinks_by_s * n)
    assert drain.carried_bps is None


def test_no_more_is_sent_than_the_path_was_found_to_carry() -> None:
    rate = RateControl(2_000_000, 40_000, 20_000_000)
    rate.carried(300_000, 5.0)
    assert rate.target_bps == pytest.approx(BETA * 300_000)
    for n in range(20):
        rate.update(Usage.NORMAL, 200_000, 0.1, False, 5.0 + 0.1 * n)
    assert rate.target_bps < 330_000, "it is tried for carefully"
    rate.carried(1_000_000, 8.0)
    assert rate.target_bps < 330_000, "a queue never raises it"


def feel(path: Pushback, delays: list[float], *, size_bytes: int = 5_000) -> list[bool]:
    """One feedback every 50 ms, with as much as 800 kb/s bring."""
    said = []
    for n, delay_s in enumerate(delays):
        now = 1.0 + 0.05 * n
        said.append(path.lengthened(QUICKEST_S + delay_s, now, size_bytes, 800_000.0))
        path.update(QUICKEST_S + delay_s, now)
    return said


@pytest.mark.parametrize("longer_s", [0.05, 0.14, 0.3])
def test_a_way_that_became_longer_is_no_queue(longer_s: float) -> None:
    path = pushback()
    said = feel(path, [0.0, 0.0, *[longer_s, longer_s + 0.004] * 3])
    assert said.count(True) == 1
    assert not path.stopped
    assert path.update(QUICKEST_S + longer_s, 2.0) == 1
    assert path.queue_s(QUICKEST_S + longer_s + 0.1) == pytest.approx(0.1, abs=0.01), (
        "which counts from there on"
    )


def test_a_queue_that_grows_or_drains_is_no_longer_way() -> None:
    path = pushback()
    assert not any(feel(path, [0.0, 0.05, 0.1, 0.14, 0.19, 0.24, 0.2, 0.15, 0.1, 0.05]))
    assert not path.doubtful


def test_little_may_just_keep_a_queue_where_it_is() -> None:
    path = pushback()
    assert not any(feel(path, [0.0, 0.4, *[0.4] * 6], size_bytes=400))
    assert path.stopped


def test_what_never_drains_though_little_is_sent_is_no_queue() -> None:
    path = pushback()
    feel(path, [0.0, 0.16, *[0.16] * 10], size_bytes=400)
    assert path.stopped, "it may be a queue that just stays"
    feel(path, [0.16] * 14, size_bytes=400)
    assert not path.stopped
    assert path.queue_s(QUICKEST_S + 0.26) == pytest.approx(0.1, abs=0.01)


def test_a_queue_is_gone_when_it_has_drained_though_the_way_became_longer() -> None:
    path = pushback()
    drained = [0.5 - 0.05 * n for n in range(8)]
    feel(path, [0.0, 0.3, 0.5, *drained, *[0.15] * 3], size_bytes=400)
    assert path.stopped, "perhaps it only looks so"
    path.lengthened(QUICKEST_S + 0.15, 1.75, 400, 800_000.0)
    assert path.update(QUICKEST_S + 0.15, 1.75) == 1
    assert not path.stopped
