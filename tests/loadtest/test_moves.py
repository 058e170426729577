"""Breakout moves: only newcomers count."""

from __future__ import annotations

from loadtest.moves import MoveResult, MoveWatch
from loadtest.stamp import KEYFRAME, Stamp

MS = 1_000_000


def stamp(stream: int, flags: int = 0) -> Stamp:
    return Stamp(publisher=0, stream=stream, flags=flags, sequence=0, sent_ns=0)


def test_the_first_of_audio_and_the_first_keyframe_are_timed() -> None:
    watch = MoveWatch("rotate", 100 * MS, frozenset({"old"}))
    watch.take("old", stamp(0), 101 * MS)
    watch.take("new", stamp(3), 120 * MS)
    watch.take("new", stamp(0), 130 * MS)
    watch.take("new", stamp(1, KEYFRAME), 145 * MS)
    watch.take("new", stamp(0), 150 * MS)
    watch.take("new", stamp(3, KEYFRAME), 160 * MS)
    assert watch.result(frozenset({"new"})) == MoveResult("rotate", 30.0, 45.0)


def test_who_stays_together_has_no_move_to_time() -> None:
    watch = MoveWatch("open", 0, frozenset({"a", "b"}))
    watch.take("a", stamp(0), 5 * MS)
    assert watch.result(frozenset({"a"})) is None


def test_of_several_newcomers_the_first_counts() -> None:
    watch = MoveWatch("close", 0, frozenset())
    watch.take("a", stamp(0), 9 * MS)
    watch.take("b", stamp(0), 5 * MS)
    assert watch.result(frozenset({"a", "b"})) == MoveResult("close", 5.0, None)


def test_somebody_passing_through_does_not_count() -> None:
    watch = MoveWatch("rotate", 0, frozenset())
    watch.take("gone", stamp(0), 5 * MS)
    assert watch.result(frozenset({"new"})) == MoveResult("rotate", None, None)
