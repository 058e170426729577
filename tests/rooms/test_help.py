"""Calls for help from a group."""

from __future__ import annotations

import pytest

from rooms.commands import CallHelp, Command, EndHelp, MoveParticipant, VisitBreakout
from rooms.events import HelpCalled, HelpEnded, Hidden, ParticipantMoved
from rooms.model import Help
from rooms.views import snapshot
from tests.rooms.driver import Driver, classroom


def two_groups() -> Driver:
    room = classroom("ann", "bob", "cem")
    room.open(["ann", "bob"], ["cem"])
    return room


def calls(room: Driver, viewer: str) -> dict[str, str]:
    """Group → who called, as the viewer sees it."""
    shown = snapshot(room.state, viewer).breakouts
    return {
        group.id: group.help.participant_id
        for group in (shown.groups if shown else ())
        if group.help is not None
    }


def test_a_call_is_seen_by_staff_and_by_the_group_and_by_nobody_else() -> None:
    room = two_groups()
    (called,) = room.do(CallHelp(), "ann")
    assert called == HelpCalled(group="1-1", participant_id="ann", at_ms=room.now_ms)
    _, shown = room.log[-1]
    assert dict(shown) == {called: {"trainer", "helper", "ann", "bob"}, Hidden(): {"cem"}}
    assert calls(room, "bob") == calls(room, "trainer") == {"1-1": "ann"}
    assert calls(room, "cem") == {}


def test_one_call_per_group_is_enough() -> None:
    room = two_groups()
    room.do(CallHelp(), "ann")
    assert room.do(CallHelp(), "bob") == ()
    assert calls(room, "trainer") == {"1-1": "ann"}


def test_only_members_of_a_group_call() -> None:
    room = two_groups()
    room.join("late")
    assert room.refuses(CallHelp(), "late") == "not_in_breakout"
    room.do(VisitBreakout(group="1-1"), "trainer")
    assert room.refuses(CallHelp(), "trainer") == "not_in_breakout"


@pytest.mark.parametrize(
    ("command", "by"),
    [(EndHelp(), "ann"), (EndHelp(), "bob"), (EndHelp(group="1-1"), "bob"), (EndHelp(group="1-1"), "helper")],
    ids=str,
)
def test_the_group_or_staff_take_a_call_back(command: EndHelp, by: str) -> None:
    room = two_groups()
    room.do(CallHelp(), "ann")
    assert room.do(command, by) == (HelpEnded(group="1-1", by=by),)
    assert room.do(command, by) == ()
    assert calls(room, "trainer") == {}


def test_taking_back_what_cannot_be_is_refused() -> None:
    room = two_groups()
    assert room.refuses(EndHelp(), "trainer") == "not_in_breakout"
    assert room.refuses(EndHelp(group="9-9"), "trainer") == "unknown_group"
    assert classroom().refuses(EndHelp(group="1-1"), "trainer") == "breakouts_closed"


def test_a_visit_answers_the_call() -> None:
    room = two_groups()
    room.do(CallHelp(), "ann")
    moved, ended = room.do(VisitBreakout(group="1-1"), "trainer")
    assert isinstance(moved, ParticipantMoved)
    assert ended == HelpEnded(group="1-1", by="trainer")
    assert calls(room, "trainer") == {}


@pytest.mark.parametrize("group", ["1-2", None])
def test_a_call_ends_when_the_one_who_called_is_moved_away(group: str | None) -> None:
    room = two_groups()
    room.do(CallHelp(), "ann")
    ended, _ = room.do(MoveParticipant(participant_id="ann", group=group), "trainer")
    assert ended == HelpEnded(group="1-1", by="trainer")


def test_a_call_stays_when_somebody_else_of_the_group_is_moved_away() -> None:
    room = two_groups()
    room.do(CallHelp(), "ann")
    room.do(MoveParticipant(participant_id="bob", group="1-2"), "trainer")
    assert calls(room, "trainer") == {"1-1": "ann"}
    assert calls(room, "bob") == {}


def test_whoever_is_moved_into_a_group_learns_of_its_call_and_the_others_are_not_told_of_it_again() -> None:
    room = two_groups()
    room.do(CallHelp(), "cem")
    call = Help(participant_id="cem", called_at_ms=room.now_ms)
    command: Command = MoveParticipant(participant_id="ann", group="1-2")
    room.do(command, "trainer")
    _, shown = room.log[-1]
    moved = ParticipantMoved(participant_id="ann", group="1-2", visiting=False, by="trainer")
    with_call = ParticipantMoved(participant_id="ann", group="1-2", visiting=False, by="trainer", help=call)
    assert dict(shown) == {with_call: {"ann"}, moved: {"trainer", "helper", "bob", "cem"}}
    assert calls(room, "ann") == {"1-2": "cem"}
