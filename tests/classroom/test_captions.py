"""The latest lines of a room's places: bounded, in order, taken back where nothing is left."""

from __future__ import annotations

from classroom.captions import LINES_KEPT, PLACES_KEPT, CaptionBoard
from signaling.captions import CaptionLine


def line(number: int, text: str = "words", who: str = "ana") -> CaptionLine:
    return CaptionLine(
        participant_id=who, name="Ana", line=number, text=text, kind="typing", at_ms=number, done=False
    )


def test_a_line_stays_where_it_was_begun_and_goes_when_it_is_empty() -> None:
    board = CaptionBoard()
    board.write(None, line(1, "H"))
    board.write(None, line(1, "B", "ben"))
    board.write(None, line(1, "Hello"))
    assert [(one.participant_id, one.text) for one in board.lines(None)] == [("ana", "Hello"), ("ben", "B")]
    board.write(None, line(1, ""))
    assert [one.participant_id for one in board.lines(None)] == ["ben"]
    assert board.begun_at_ms(None, "ben", 1) == 1
    assert board.begun_at_ms(None, "ana", 1) is None


def test_places_are_apart_and_everything_is_bounded() -> None:
    board = CaptionBoard()
    board.write(None, line(0))
    for number in range(LINES_KEPT + 5):
        board.write("1-1", line(number))
    assert [one.line for one in board.lines("1-1")] == list(range(5, LINES_KEPT + 5))
    for number in range(PLACES_KEPT + 5):
        board.write(f"2-{number}", line(number))
    assert board.lines("1-1") == () == board.lines("2-0")
    assert len(board.lines(None)) == 1, "the main room is not forgotten for groups"
