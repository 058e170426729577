"""The memory of who has met whom."""

from __future__ import annotations

from rooms.commands import Leave, MoveParticipant, VisitBreakout
from rooms.meetings import PEOPLE_MAX, after_move, after_round, times_met
from tests.rooms.driver import classroom


def test_a_round_counts_once_for_each_two_of_a_group() -> None:
    meetings = after_round({}, [("a", "b", "c"), ("d", "e")])
    meetings = after_round(meetings, [("a", "b")])
    assert times_met(meetings, "a", "b") == times_met(meetings, "b", "a") == 2
    assert times_met(meetings, "a", "c") == times_met(meetings, "d", "e") == 1
    assert times_met(meetings, "a", "d") == 0


def test_moving_to_and_fro_within_a_round_is_no_second_meeting() -> None:
    meetings = after_move(after_move({}, "a", ["b"]), "a", ["b", "c"])
    assert times_met(meetings, "a", "b") == times_met(meetings, "a", "c") == 1


def test_a_former_memory_is_left_alone() -> None:
    before = after_round({}, [("a", "b")])
    after_round(before, [("a", "b")])
    assert times_met(before, "a", "b") == 1


def test_those_who_met_first_are_forgotten_first() -> None:
    meetings = after_round({}, [("old", "early")])
    for n in range(PEOPLE_MAX):
        meetings = after_move(meetings, f"p{n}", ["early"] if n == 0 else [f"p{n - 1}"])
    assert len(meetings) == PEOPLE_MAX
    assert times_met(meetings, "old", "early") == 0
    assert "old" not in meetings
    assert "old" not in meetings.get("early", {})
    assert times_met(meetings, f"p{PEOPLE_MAX - 1}", f"p{PEOPLE_MAX - 2}") == 1


def test_a_room_remembers_meetings_of_people_who_left_and_came_back() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(Leave(), "ann")
    room.join("ann")
    assert times_met(room.state.meetings, "ann", "bob") == 1


def test_being_moved_into_a_group_is_meeting_it_and_visiting_is_not() -> None:
    room = classroom("ann", "bob", "cem")
    room.open(["ann", "bob"])
    room.do(MoveParticipant(participant_id="cem", group="1-1"), "trainer")
    room.do(VisitBreakout(group="1-1"), "trainer")
    assert times_met(room.state.meetings, "cem", "ann") == times_met(room.state.meetings, "cem", "bob") == 1
    assert times_met(room.state.meetings, "trainer", "ann") == 0
