"""Leaks: what a move explains is none."""

from __future__ import annotations

from loadtest.leaks import GRACE_S, LeakDetector


def test_somebody_of_another_place_is_a_leak() -> None:
    detector = LeakDetector()
    detector.elsewhere(10.0)
    detector.settle(10.0 + GRACE_S)
    before = detector.leaks
    detector.settle(10.1 + GRACE_S)
    assert (before, detector.leaks) == (0, 1)


def test_a_move_explains_what_came_shortly_before_and_after() -> None:
    detector = LeakDetector()
    detector.elsewhere(9.5)
    detector.moved(10.0)
    detector.elsewhere(10.0 + GRACE_S / 2)
    detector.settle(20.0)
    assert detector.leaks == 0


def test_a_move_does_not_explain_what_came_long_before() -> None:
    detector = LeakDetector()
    detector.elsewhere(5.0)
    detector.moved(10.0)
    assert detector.leaks == 1


def test_nothing_explains_another_room() -> None:
    detector = LeakDetector()
    detector.moved(10.0)
    detector.stranger()
    assert detector.leaks == 1
