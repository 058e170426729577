"""The agenda, and the timer that everybody sees."""

from __future__ import annotations

import pytest

from rooms.activities import AGENDA_ITEMS
from rooms.agenda import LONGEST_MS, MINUTE_MS
from rooms.commands import (
    AddAgendaItem,
    ChangeAgendaItem,
    EndTimer,
    ExtendTimer,
    MoveAgendaItem,
    RemoveAgendaItem,
    StartAgendaItem,
    StartBreak,
)
from rooms.views import snapshot
from tests.rooms.driver import Driver, classroom


def with_agenda(*titles: str) -> Driver:
    room = classroom("ann")
    for title in titles:
        room.do(AddAgendaItem(title=title, minutes=30), "trainer")
    return room


def titles(room: Driver) -> list[str]:
    return [item.title for item in snapshot(room.state, "ann").agenda]


def id_of(room: Driver, title: str) -> int:
    return next(item.id for item in room.state.agenda if item.title == title)


def test_lines_are_added_said_anew_moved_and_removed_and_everybody_sees_them() -> None:
    room = with_agenda("HTML", "CSS", "Forms")
    room.do(MoveAgendaItem(item=id_of(room, "Forms"), to=0), "helper")
    assert titles(room) == ["Forms", "HTML", "CSS"]
    room.do(MoveAgendaItem(item=id_of(room, "Forms"), to=99), "helper")
    assert titles(room) == ["HTML", "CSS", "Forms"]
    room.do(ChangeAgendaItem(item=id_of(room, "CSS"), title=" Colours\n& type ", minutes=45), "trainer")
    room.do(RemoveAgendaItem(item=id_of(room, "HTML")), "trainer")
    assert titles(room) == ["Colours & type", "Forms"]
    assert room.state.agenda[0].minutes == 45


def test_saying_the_same_again_changes_nothing() -> None:
    room = with_agenda("HTML")
    assert room.do(MoveAgendaItem(item=id_of(room, "HTML"), to=5), "trainer") == ()
    assert room.do(ChangeAgendaItem(item=id_of(room, "HTML"), title="HTML", minutes=30), "trainer") == ()


def test_only_a_break_needs_no_title() -> None:
    room = with_agenda()
    assert room.refuses(AddAgendaItem(title=" \x00", minutes=10), "trainer") == "empty_text"
    room.do(AddAgendaItem(title="", minutes=10, is_break=True), "trainer")
    assert titles(room) == [""]


def test_the_agenda_is_bounded() -> None:
    room = with_agenda(*(str(n) for n in range(AGENDA_ITEMS)))
    assert room.refuses(AddAgendaItem(title="More", minutes=10), "trainer") == "agenda_full"


@pytest.mark.parametrize("command", [StartAgendaItem(item=99), RemoveAgendaItem(item=99)], ids=str)
def test_a_line_that_is_gone_is_refused(command: StartAgendaItem | RemoveAgendaItem) -> None:
    assert with_agenda("HTML").refuses(command, "trainer") == "agenda_unknown_item"


def test_starting_a_line_runs_its_timer_and_marks_it() -> None:
    room = with_agenda("HTML", "CSS")
    html = id_of(room, "HTML")
    room.do(StartAgendaItem(item=html), "trainer")
    timer = snapshot(room.state, "ann").timer
    assert timer is not None
    assert (timer.title, timer.ends_at_ms) == ("HTML", room.now_ms + 30 * MINUTE_MS)
    assert [item.started_at_ms for item in room.state.agenda] == [room.now_ms, None]


def test_two_trainers_who_start_the_same_line_start_it_once() -> None:
    room = with_agenda("HTML")
    room.do(StartAgendaItem(item=id_of(room, "HTML")), "trainer")
    room.now_ms += 1_000
    assert room.do(StartAgendaItem(item=id_of(room, "HTML")), "helper") == ()


def test_a_break_takes_the_place_of_what_runs_and_ends_when_a_trainer_says_so() -> None:
    room = with_agenda("HTML")
    room.do(StartAgendaItem(item=id_of(room, "HTML")), "trainer")
    room.do(StartBreak(minutes=10), "trainer")
    assert room.state.timer is not None
    assert room.state.timer.is_break
    room.wait(11 * MINUTE_MS)
    assert room.state.timer is not None
    room.do(EndTimer(), "helper")
    assert room.state.timer is None
    assert room.do(EndTimer(), "trainer") == ()


def test_more_time_is_added_to_what_remains_even_to_nothing() -> None:
    room = with_agenda()
    assert room.refuses(ExtendTimer(minutes=5), "trainer") == "timer_off"
    room.do(StartBreak(minutes=10), "trainer")
    began = room.now_ms
    room.do(ExtendTimer(minutes=5), "trainer")
    assert room.state.timer is not None
    assert room.state.timer.ends_at_ms == began + 15 * MINUTE_MS
    room.now_ms += 60 * MINUTE_MS
    room.do(ExtendTimer(minutes=5), "trainer")
    assert room.state.timer.ends_at_ms == room.now_ms + 5 * MINUTE_MS
    for _ in range(10):
        room.do(ExtendTimer(minutes=480), "trainer")
    assert room.state.timer.ends_at_ms == room.now_ms + LONGEST_MS


def test_removing_or_renaming_what_runs_leaves_its_timer() -> None:
    room = with_agenda("HTML")
    html = id_of(room, "HTML")
    room.do(StartAgendaItem(item=html), "trainer")
    running = room.state.timer
    room.do(ChangeAgendaItem(item=html, title="CSS", minutes=5), "trainer")
    room.do(RemoveAgendaItem(item=html), "trainer")
    assert room.state.timer == running
