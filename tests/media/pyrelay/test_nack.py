from __future__ import annotations

import itertools

import pytest

from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.nack import NackGenerator

LIMITS = RelayLimits()


def asked(nacks: NackGenerator, until: float, step: float = 0.001) -> list[tuple[float, list[int]]]:
    found = []
    for n in range(round(until / step) + 1):
        due = nacks.due(n * step)
        if due:
            found.append((n * step, due))
    return found


def test_first_after_20_ms_then_backing_off_five_times() -> None:
    nacks = NackGenerator(LIMITS)
    nacks.missing(10, 11, 0.0)
    times = [when for when, _ in asked(nacks, 3.0)]
    assert times == pytest.approx([0.02, 0.06, 0.11, 0.1725, 0.2506], abs=0.004)
    assert len(nacks) == 0
    assert nacks.given_up == 1


def test_intervals_stay_below_their_limit() -> None:
    nacks = NackGenerator(RelayLimits(nack_tries=30))
    nacks.missing(10, 11, 0.0)
    times = [when for when, _ in asked(nacks, 10.0)]
    assert max(after - before for before, after in itertools.pairwise(times)) <= LIMITS.nack_max_s + 0.002


def test_what_arrives_is_not_asked_for() -> None:
    nacks = NackGenerator(LIMITS)
    nacks.missing(10, 14, 0.0)
    assert nacks.arrived(11)
    assert not nacks.arrived(11)
    assert not nacks.arrived(99)
    assert nacks.due(0.019) == []
    assert nacks.due(0.02) == [10, 12, 13]
    nacks.clear()
    assert nacks.due(1.0) == []


def test_bounded_in_one_gap_and_in_many() -> None:
    nacks = NackGenerator(LIMITS)
    nacks.missing(0, 100_000, 0.0)
    assert len(nacks) == LIMITS.nack_outstanding
    assert nacks.due(1.0)[0] == 100_000 - LIMITS.nack_outstanding
    for n in range(1000):
        nacks.missing(200_000 + 2 * n, 200_001 + 2 * n, 0.0)
    assert len(nacks) == LIMITS.nack_outstanding
    assert nacks.given_up == 100_000 - LIMITS.nack_outstanding + 1000


def test_audio_is_asked_for_at_once_and_evenly() -> None:
    nacks = NackGenerator(LIMITS, audio=True)
    nacks.missing(10, 11, 0.0)
    times = [when for when, _ in asked(nacks, 1.0)]
    assert times[0] == 0.0
    assert len(times) == LIMITS.audio_nack_tries
    for before, after in itertools.pairwise(times):
        assert after - before == pytest.approx(LIMITS.audio_nack_interval_s, abs=0.002)


def test_a_repetition_waits_for_the_round_trip() -> None:
    for audio in (False, True):
        nacks = NackGenerator(LIMITS, audio)
        nacks.missing(10, 11, 0.0)
        assert nacks.due(0.02, 0.15) == [10]
        assert nacks.due(0.16, 0.15) == []
        assert nacks.due(0.171, 0.15) == [10]


def test_audio_is_not_asked_for_over_a_slow_path() -> None:
    nacks = NackGenerator(LIMITS, audio=True)
    nacks.missing(10, 12, 0.0)
    assert nacks.due(0.1, LIMITS.audio_nack_round_trip_s + 0.01) == []
    assert len(nacks) == 0
    assert nacks.given_up == 2
