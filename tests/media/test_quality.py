"""The quality score: tables for its parts, and what must hold whatever is measured."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.quality import (
    EDGES,
    OPUS_LOSS_WEIGHT,
    R_BEST,
    RATINGS,
    RED_LOSS_WEIGHT,
    RISE_MARGIN,
    VIDEO_LOSS_WEIGHT,
    Direction,
    Score,
    Scorer,
    StreamLoss,
    Window,
    delay_points,
    loss_points,
    mean_opinion_score,
)

EVERY_S = 2.0
PERFECT = Window()
SILENT = Window(arriving=False, path=False)
ORDER = ("lost", *RATINGS)


def opus(percent: float) -> StreamLoss:
    return StreamLoss(OPUS_LOSS_WEIGHT, 100, percent)


def run(windows: list[Window], direction: Direction = "sending") -> list[Score]:
    scorer = Scorer(direction)
    return [scorer.update(window, EVERY_S) for window in windows]


@pytest.mark.parametrize(
    ("r", "mos"),
    [(-5, 1.0), (0, 1.0), (3, 1.0), (50, 2.58), (60, 3.1), (70, 3.6), (80, 4.03), (90, 4.34), (93.2, 4.41)],
)
def test_opinion_scores_are_those_of_the_recommendation(r: float, mos: float) -> None:
    """G.107 (2015), table B.1, to two places."""
    assert mean_opinion_score(r) == pytest.approx(mos, abs=0.01)


@pytest.mark.parametrize(
    ("round_trip_ms", "jitter_ms", "points"),
    [
        (None, 0, 0),
        (40, 0, 0.5),
        (320, 0, 4),
        (320, 20, 8),
        (640, 0, 20),
        (80, 60, 4),
        (40, 1e9, 20),
        (1e9, 0, R_BEST),
    ],
)
def test_delay(round_trip_ms: float | None, jitter_ms: float, points: float) -> None:
    assert delay_points(round_trip_ms, jitter_ms) == pytest.approx(points)


@pytest.mark.parametrize(
    ("losses", "points"),
    [
        ((), 0),
        ((StreamLoss(OPUS_LOSS_WEIGHT, 100, 2),), 16),
        ((StreamLoss(RED_LOSS_WEIGHT, 100, 2),), 8),
        ((StreamLoss(VIDEO_LOSS_WEIGHT, 1000, 10),), 10),
        ((StreamLoss(OPUS_LOSS_WEIGHT, 5, 1),), 32),  # of 25, not of 5
        ((StreamLoss(OPUS_LOSS_WEIGHT, 100, -3),), 0),
        ((StreamLoss(OPUS_LOSS_WEIGHT, 100, 90),), R_BEST),
        ((StreamLoss(OPUS_LOSS_WEIGHT, 100, 1), StreamLoss(VIDEO_LOSS_WEIGHT, 100, 2)), 20),
    ],
)
def test_loss(losses: tuple[StreamLoss, ...], points: float) -> None:
    assert loss_points(losses) == pytest.approx(points)


@pytest.mark.parametrize(
    ("window", "rating", "reasons"),
    [
        (PERFECT, "excellent", ()),
        (Window(round_trip_ms=300, jitter_ms=5), "excellent", ()),
        (Window(losses=(opus(1),)), "excellent", ()),
        (Window(losses=(opus(3),)), "good", ("uplink_loss",)),
        (Window(losses=(opus(6),)), "poor", ("uplink_loss",)),
        (Window(losses=(StreamLoss(RED_LOSS_WEIGHT, 100, 6),)), "good", ("uplink_loss",)),
        (Window(round_trip_ms=700), "good", ("high_delay",)),
        (Window(round_trip_ms=1500), "poor", ("high_delay",)),
        (Window(layers_missed=1), "good", ("uplink_limited",)),
        (Window(paused=1, layers_missed=1), "poor", ("video_paused",)),
        (Window(paused=0.1), "excellent", ("video_paused",)),
        (Window(losses=(opus(4),), round_trip_ms=800), "poor", ("uplink_loss", "high_delay")),
        (SILENT, "lost", ("network_lost",)),
        (Window(arriving=False), "lost", ("uplink_loss",)),
    ],
)
def test_what_lasts_is_rated_so(window: Window, rating: str, reasons: tuple[str, ...]) -> None:
    score = run([window] * 10)[-1]
    assert (score.rating, score.reasons) == (rating, reasons)


def test_the_other_direction_has_its_own_words() -> None:
    score = run([Window(losses=(opus(8),), layers_missed=2)] * 4, "receiving")[-1]
    assert score.reasons == ("downlink_loss", "downlink_limited")


def test_it_falls_fast_and_rises_slowly() -> None:
    bad = Window(losses=(opus(10),))
    ratings = [score.rating for score in run([PERFECT] * 3 + [bad] * 3 + [PERFECT] * 20)]
    assert ratings[2] == "excellent"
    assert ratings[3] != "excellent", "within one window"
    assert ratings[4] == "poor"
    back_to_good, back_to_excellent = ratings.index("good", 6), ratings.index("excellent", 6)
    assert back_to_good - 5 >= 3
    assert back_to_excellent - back_to_good >= 3


def test_an_interruption_is_told_at_once_and_not_for_long() -> None:
    ratings = [score.rating for score in run([PERFECT, SILENT, *[PERFECT] * 10])]
    assert ratings[1] == "lost"
    assert ratings[2] == "poor"
    assert ratings[4] == "good"
    assert ratings[-1] == "excellent"


counts = st.integers(0, 300)
losses = st.builds(
    lambda weight, expected, share: StreamLoss(weight, expected, expected * share),
    st.sampled_from((OPUS_LOSS_WEIGHT, RED_LOSS_WEIGHT, VIDEO_LOSS_WEIGHT)),
    counts,
    st.floats(-0.1, 1.2),
)
windows = st.builds(
    Window,
    arriving=st.sampled_from((True, True, True, False)),
    losses=st.lists(losses, max_size=3).map(tuple),
    round_trip_ms=st.none() | st.floats(0, 1e12),
    jitter_ms=st.floats(0, 1e12),
    layers_missed=st.floats(0, 2),
    paused=st.floats(0, 1),
)


@given(st.lists(windows, min_size=1, max_size=20))
def test_scores_stay_in_their_bounds(sequence: list[Window]) -> None:
    for score in run(sequence):
        assert 0 <= score.r <= R_BEST
        assert 1 <= score.mos <= 4.5
        assert score.rating in ORDER
        assert len(score.reasons) == len(set(score.reasons))
        if score.rating == "lost":
            assert (score.r, score.mos, score.reasons) == (0, 1, ("uplink_loss",))


@given(
    st.lists(
        st.tuples(windows, st.floats(0, 100), st.floats(0, 500), st.floats(0, 1)), min_size=1, max_size=20
    )
)
def test_worse_is_never_rated_better(sequence: list[tuple[Window, float, float, float]]) -> None:
    """More loss, delay or pauses at any time: at no later time a better score or rating."""
    better = run([window for window, *_ in sequence])
    worse = run(
        [
            replace(
                window,
                losses=tuple(loss._replace(lost=max(0, loss.lost) + more) for loss in window.losses),
                round_trip_ms=(window.round_trip_ms or 0) + later,
                paused=max(window.paused, pause),
            )
            for window, more, later, pause in sequence
        ]
    )
    for good, bad in zip(better, worse, strict=True):
        assert bad.r <= good.r + 1e-9
        assert bad.mos <= good.mos + 1e-9
        assert ORDER.index(bad.rating) <= ORDER.index(good.rating)


@given(
    st.sampled_from(EDGES),
    st.lists(st.floats(-0.99, 0.99), min_size=2, max_size=60),
)
def test_a_score_around_an_edge_changes_its_rating_once(edge: float, swings: list[float]) -> None:
    """Swings within the margin do not flap, however they go."""
    middle = edge + RISE_MARGIN / 2

    def at(r: float) -> Window:
        return Window(losses=(StreamLoss(1.0, 100, R_BEST - r),))

    scorer = Scorer("sending")
    ratings = [scorer.update(at(middle + swing * RISE_MARGIN / 2), EVERY_S).rating for swing in swings]
    changes = sum(a != b for a, b in pairwise(ratings))
    assert changes <= len(RATINGS) - 1, "down once through each edge, and never up"
