from __future__ import annotations

import pytest

from classroom.media.bandwidth.departures import Departures
from classroom.media.bandwidth.estimator import BandwidthEstimator
from tests.media.bandwidth.bottleneck import Path


def path(rate_bps: float, *, delay_s: float = 0.03, loss: float = 0.0) -> Path:
    return Path(rate_bps=rate_bps, delay_s=delay_s, loss=loss)


@pytest.mark.parametrize("rate_bps", [400_000, 1_000_000, 3_000_000, 8_000_000])
@pytest.mark.parametrize("delay_s", [0.01, 0.075, 0.15])
def test_finds_the_rate_of_the_path_and_keeps_its_queue_short(rate_bps: float, delay_s: float) -> None:
    link = path(rate_bps, delay_s=delay_s)
    link.run(15)
    assert 0.6 * rate_bps < link.estimator.target_bps < 1.15 * rate_bps
    link.run(15)
    assert 0.6 * rate_bps < link.estimator.target_bps < 1.15 * rate_bps
    assert link.longest_queue_s < 0.3


def test_falls_with_the_path_before_the_queue_hurts() -> None:
    link = path(3_000_000)
    link.run(15)
    link.rate_bps = 300_000
    link.run(2)
    link.run(8)
    assert link.longest_queue_s < 0.3
    assert 150_000 < link.estimator.target_bps < 330_000


@pytest.mark.parametrize("loss", [0.0, 0.02])
def test_takes_most_of_a_new_higher_rate_within_ten_seconds(loss: float) -> None:
    link = path(3_000_000, loss=loss)
    link.run(10)
    link.rate_bps = 300_000
    link.run(10)
    link.rate_bps = 2_000_000
    link.run(10)
    assert link.estimator.target_bps > 0.8 * 2_000_000


def test_random_loss_of_five_per_cent_is_not_taken_for_a_full_queue() -> None:
    link = path(3_000_000, loss=0.05, delay_s=0.075)
    link.run(20)
    assert link.estimator.target_bps > 1_000_000


@pytest.mark.parametrize(("loss", "least_bps"), [(0.1, 500_000), (0.15, 400_000), (0.3, 80_000)])
@pytest.mark.parametrize("delay_s", [0.01, 0.075])
def test_what_a_path_loses_in_any_case_is_not_answered_by_sending_ever_less(
    loss: float, least_bps: float, delay_s: float
) -> None:
    link = path(3_000_000, loss=loss, delay_s=delay_s)
    for _ in range(6):
        link.run(5)
        assert link.estimator.target_bps > least_bps


def test_a_narrow_path_that_loses_much_is_probed_all_the_same() -> None:
    link = path(400_000, loss=0.3, delay_s=0.075)
    link.run(15)
    for _ in range(4):
        link.run(5)
        assert link.estimator.target_bps > 150_000


@pytest.mark.parametrize("buffer_s", [0.015, 0.03, 0.06])
@pytest.mark.parametrize("loss", [0.0, 0.05])
def test_a_short_queue_that_overflows_is_not_taken_for_bad_radio(buffer_s: float, loss: float) -> None:
    link = Path(rate_bps=1_000_000, loss=loss, buffer_s=buffer_s)
    link.run(15)
    for _ in range(5):
        link.run(5)
        assert 500_000 < link.estimator.target_bps < 1_150_000


def test_heavy_loss_lowers_the_rate_but_never_below_the_floor() -> None:
    link = path(3_000_000, loss=0.5)
    link.run(20)
    assert 40_000 <= link.estimator.target_bps < 300_000


def test_does_not_run_away_while_little_is_sent() -> None:
    link = path(1_000_000)
    link.wanted_bps = 200_000
    link.run(30)
    assert link.estimator.target_bps < 2_500_000
    link.wanted_bps = 10_000_000
    link.run(4)
    link.run(6)
    assert link.longest_queue_s < 0.5


def test_a_silent_receiver_changes_nothing() -> None:
    departures = Departures()
    estimator = BandwidthEstimator(departures, start_bps=500_000)
    for n in range(10_000):
        departures.add(1_000, n * 0.01)
        estimator.poll(400_000, n * 0.01)
    assert estimator.target_bps == 500_000
