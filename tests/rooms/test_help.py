"""Calls for help from a group."""

from __future__ import annotations

import pytest

from rooms.commands import CallHelp, Command, EndHelp, Leave, MoveParticipant, PromiseHelp, VisitBreakout
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


def own_calls(room: Driver, viewer: str) -> list[str]:
    return [call.participant_id for call in snapshot(room.state, viewer).help]


def test_whoever_is_in_no_group_calls_for_themselves_and_only_staff_know() -> None:
    room = two_groups()
    room.join("late")
    (called,) = room.do(CallHelp(), "late")
    assert called == HelpCalled(group=None, participant_id="late", at_ms=room.now_ms)
    assert dict(room.log[-1][1]) == {called: {"trainer", "helper", "late"}, Hidden(): {"ann", "bob", "cem"}}
    assert own_calls(room, "trainer") == own_calls(room, "late") == ["late"]
    assert own_calls(room, "ann") == []
    assert room.do(CallHelp(), "late") == ()


def test_an_own_call_goes_with_the_person_and_ends_by_a_word_of_either() -> None:
    room = classroom("ann", "bob")
    room.do(CallHelp(), "ann")
    room.do(CallHelp(), "bob")
    room.open(["ann", "bob"])
    room.do(VisitBreakout(group="1-1"), "trainer")
    assert own_calls(room, "trainer") == ["ann", "bob"]
    assert room.do(EndHelp(), "ann") == (HelpEnded(group=None, by="ann", participant_id="ann"),)
    room.do(EndHelp(participant_id="bob"), "helper")
    assert own_calls(room, "trainer") == []
    assert room.do(EndHelp(participant_id="bob"), "helper") == ()


def test_an_own_call_ends_with_the_seat_and_with_a_role_that_does_not_call() -> None:
    room = classroom("ann", "bob", "cem")
    for who in ("ann", "bob", "cem"):
        room.do(CallHelp(), who)
    room.do(Leave(), "ann")
    room.join("bob", role="observer")
    room.join("cem", role="co_trainer")
    assert own_calls(room, "trainer") == []


def test_staff_have_nobody_to_call() -> None:
    room = two_groups()
    assert room.refuses(CallHelp(), "helper") == "not_in_breakout"
    room.do(VisitBreakout(group="1-1"), "trainer")
    assert room.refuses(CallHelp(), "trainer") == "not_in_breakout"


def test_i_am_coming_is_told_to_the_one_who_waits_and_of_two_the_later_comes() -> None:
    room = two_groups()
    room.join("late")
    room.do(CallHelp(), "late")
    room.do(CallHelp(), "ann")
    (promised,) = room.do(PromiseHelp(participant_id="late"), "trainer")
    assert dict(room.log[-1][1])[promised] == {"trainer", "helper", "late"}
    assert room.do(PromiseHelp(participant_id="late"), "trainer") == ()
    room.do(PromiseHelp(participant_id="late"), "helper")
    assert snapshot(room.state, "late").help[0].coming == "helper"
    (promised,) = room.do(PromiseHelp(group="1-1"), "trainer")
    assert dict(room.log[-1][1])[promised] == {"trainer", "helper", "ann", "bob"}
    room.do(Leave(), "helper")
    assert snapshot(room.state, "late").help[0].coming is None


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (PromiseHelp(group="1-1"), "help_not_called"),
        (PromiseHelp(participant_id="ann"), "help_not_called"),
        (PromiseHelp(), "help_not_called"),
        (PromiseHelp(group="1-1", participant_id="ann"), "help_not_called"),
        (PromiseHelp(participant_id="nobody"), "unknown_participant"),
        (PromiseHelp(group="9-9"), "unknown_group"),
    ],
    ids=str,
)
def test_nobody_comes_where_nobody_called(command: PromiseHelp, code: str) -> None:
    assert two_groups().refuses(command, "trainer") == code


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
