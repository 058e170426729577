"""Check-ins: who is asked, who learns what, and what being stuck leads to."""

from __future__ import annotations

import pytest

from rooms.activities import Checkin
from rooms.commands import (
    AnswerCheckin,
    ClearCheckin,
    CloseCheckin,
    Leave,
    OpenBreakouts,
    OpenCheckin,
    ShowCheckin,
)
from rooms.commands import BreakoutPlan as Plan
from rooms.events import CheckinAnswered, CheckinOpened, Hidden
from rooms.views import snapshot
from tests.rooms.driver import Driver, classroom

PACE = OpenCheckin(kind="pace")
FAST, FINE, SLOW = range(3)
DONE, STUCK = range(2)


def asked(command: OpenCheckin, *participants: str) -> Driver:
    room = classroom(*participants)
    room.do(command, "trainer")
    return room


def answer(room: Driver, who: str, choice: int) -> tuple[object, ...]:
    assert room.state.checkin is not None
    return room.do(AnswerCheckin(checkin=room.state.checkin.id, choice=choice), who)


def seen(room: Driver, viewer: str) -> Checkin:
    checkin = snapshot(room.state, viewer).checkin
    assert checkin is not None
    return checkin


def answers(room: Driver, viewer: str) -> dict[str, int]:
    return {one.participant_id: one.choice for one in seen(room, viewer).answers}


def calls(room: Driver, viewer: str = "trainer") -> list[str]:
    return [call.participant_id for call in snapshot(room.state, viewer).help]


def test_everybody_sees_the_question_wherever_they_are() -> None:
    room = classroom("ann", "bob")
    room.do(OpenBreakouts(plan=Plan(mode="pairs")), "trainer")
    (opened,) = room.do(OpenCheckin(kind="yes_no", question="  Is it \n installed? "), "trainer")
    assert isinstance(opened, CheckinOpened)
    assert (opened.checkin.question, opened.checkin.choices) == ("Is it installed?", ("yes", "no"))
    _, shown = room.log[-1]
    assert dict(shown) == {opened: {"trainer", "helper", "ann", "bob"}}
    assert seen(room, "ann") == seen(room, "trainer") == opened.checkin


def test_staff_see_who_said_what_and_a_person_only_their_own_answer() -> None:
    room = asked(PACE, "ann", "bob")
    answer(room, "ann", SLOW)
    answer(room, "bob", FINE)
    assert answers(room, "trainer") == answers(room, "helper") == {"ann": SLOW, "bob": FINE}
    assert answers(room, "ann") == {"ann": SLOW}
    assert seen(room, "ann").counts is None
    _, shown = room.log[-1]
    assert {type(event): viewers for event, viewers in shown} == {
        CheckinAnswered: {"trainer", "helper", "bob"},
        Hidden: {"ann"},
    }


def test_counts_are_shown_without_names_and_follow_later_answers() -> None:
    room = asked(PACE, "ann", "bob", "cem")
    answer(room, "ann", SLOW)
    room.do(ShowCheckin(on=True), "trainer")
    assert seen(room, "cem").counts == (0, 0, 1)
    answer(room, "bob", FAST)
    answer(room, "ann", FINE)
    assert seen(room, "cem").counts == seen(room, "trainer").counts == (1, 1, 0)
    anonymous = CheckinAnswered(participant_id=None, name="", choice=None, counts=(1, 1, 0))
    assert dict(room.log[-1][1])[anonymous] == {"bob", "cem"}
    assert answers(room, "cem") == {}
    room.do(ShowCheckin(on=False), "helper")
    assert seen(room, "cem").counts is None
    assert room.do(ShowCheckin(on=False), "helper") == ()


def test_an_answer_can_be_changed_until_the_check_in_is_closed() -> None:
    room = asked(PACE, "ann", "bob")
    answer(room, "ann", SLOW)
    answer(room, "bob", FINE)
    answer(room, "ann", FINE)
    assert answer(room, "ann", FINE) == ()
    assert answers(room, "trainer") == {"ann": FINE, "bob": FINE}
    checkin = seen(room, "trainer").id
    room.do(CloseCheckin(), "trainer")
    assert room.do(CloseCheckin(), "trainer") == ()
    assert room.refuses(AnswerCheckin(checkin=checkin, choice=SLOW), "ann") == "checkin_closed"
    assert answers(room, "trainer") == {"ann": FINE, "bob": FINE}


def test_of_two_trainers_who_ask_at_once_the_second_is_told_and_nothing_is_lost() -> None:
    room = asked(PACE, "ann")
    answer(room, "ann", FINE)
    assert room.refuses(OpenCheckin(kind="yes_no"), "helper") == "checkin_open"
    room.do(CloseCheckin(), "trainer")
    room.do(OpenCheckin(kind="yes_no"), "helper")
    assert answers(room, "trainer") == {}


def test_an_answer_meant_for_the_check_in_before_is_not_taken() -> None:
    room = asked(PACE, "ann")
    before = seen(room, "ann").id
    room.do(ClearCheckin(), "trainer")
    assert room.refuses(AnswerCheckin(checkin=before, choice=0), "ann") == "checkin_closed"
    room.do(OpenCheckin(kind="yes_no"), "trainer")
    assert room.refuses(AnswerCheckin(checkin=before, choice=0), "ann") == "checkin_closed"


def test_showing_what_is_not_there_is_refused_and_clearing_it_is_fine() -> None:
    room = classroom()
    assert room.refuses(ShowCheckin(on=True), "trainer") == "checkin_closed"
    assert room.do(ClearCheckin(), "trainer") == room.do(CloseCheckin(), "trainer") == ()


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (OpenCheckin(kind="question", question="Which?", choices=("HTML",)), "checkin_bad_choices"),
        (OpenCheckin(kind="question", question="Which?", choices=("HTML", "HTML ")), "checkin_bad_choices"),
        (OpenCheckin(kind="question", question="Which?", choices=("HTML", "\x00")), "empty_text"),
        (OpenCheckin(kind="question", question=" ", choices=("HTML", "CSS")), "empty_text"),
        (OpenCheckin(kind="pace", choices=("HTML", "CSS")), "checkin_bad_choices"),
    ],
    ids=str,
)
def test_a_question_needs_words_and_two_different_choices(command: OpenCheckin, code: str) -> None:
    assert classroom().refuses(command, "trainer") == code


def test_a_choice_that_does_not_exist_is_refused() -> None:
    room = asked(PACE, "ann")
    assert room.refuses(AnswerCheckin(checkin=seen(room, "ann").id, choice=3), "ann") == "checkin_bad_choices"


def test_being_stuck_calls_for_help_privately_and_being_done_takes_it_back() -> None:
    room = asked(OpenCheckin(kind="progress"), "ann", "bob")
    answer(room, "ann", STUCK)
    assert calls(room) == calls(room, "ann") == ["ann"]
    assert calls(room, "bob") == []
    assert snapshot(room.state, "trainer").help[0].stuck
    answer(room, "ann", DONE)
    assert calls(room) == []


def test_the_partner_in_a_group_does_not_learn_who_is_stuck() -> None:
    room = classroom("ann", "bob")
    room.open(["ann", "bob"])
    room.do(OpenCheckin(kind="progress"), "trainer")
    answer(room, "ann", STUCK)
    assert calls(room, "bob") == []
    breakouts = snapshot(room.state, "bob").breakouts
    assert breakouts is not None
    assert breakouts.groups[0].help is None


def test_answers_outlive_seats_with_the_name() -> None:
    room = asked(PACE, "ann", "bob")
    answer(room, "ann", FINE)
    room.do(Leave(), "ann")
    room.do(ShowCheckin(on=True), "trainer")
    assert [one.name for one in seen(room, "trainer").answers] == ["ANN"]
    assert seen(room, "bob").counts == (0, 1, 0)
