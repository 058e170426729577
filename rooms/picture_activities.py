"""How check-ins, the agenda and its timer change the picture. See `rooms.picture`.

An answer comes to a viewer whole, or (where only counts are shown) without who and what: one function folds
both, into the room as into what a viewer has.
"""

from __future__ import annotations

from msgspec.structs import replace

from rooms.activities import CheckinAnswer
from rooms.checkins import answered
from rooms.events import (
    AgendaChanged,
    CheckinAnswered,
    CheckinCleared,
    CheckinClosed,
    CheckinOpened,
    CheckinShown,
    TimerChanged,
)
from rooms.state import Picture


def checkin_opened(picture: Picture, event: CheckinOpened) -> Picture:
    return replace(picture, checkin=event.checkin)


def checkin_answered(picture: Picture, event: CheckinAnswered) -> Picture:
    checkin = picture.checkin
    if checkin is None:
        return picture
    answers = checkin.answers
    if event.participant_id is not None and event.choice is not None:
        given = CheckinAnswer(participant_id=event.participant_id, name=event.name, choice=event.choice)
        answers = answered(answers, given)
    return replace(picture, checkin=replace(checkin, answers=answers, counts=event.counts))


def checkin_closed(picture: Picture, event: CheckinClosed) -> Picture:
    if picture.checkin is None:
        return picture
    return replace(picture, checkin=replace(picture.checkin, open=False))


def checkin_shown(picture: Picture, event: CheckinShown) -> Picture:
    if picture.checkin is None:
        return picture
    return replace(picture, checkin=replace(picture.checkin, counts=event.counts))


def checkin_cleared(picture: Picture, event: CheckinCleared) -> Picture:
    return replace(picture, checkin=None)


def agenda_changed(picture: Picture, event: AgendaChanged) -> Picture:
    return replace(picture, agenda=event.items)


def timer_changed(picture: Picture, event: TimerChanged) -> Picture:
    """A line whose timer starts is marked with the time, for good."""
    timer = event.timer
    if timer is None or timer.item is None:
        return replace(picture, timer=timer)
    agenda = tuple(
        replace(item, started_at_ms=timer.started_at_ms) if item.id == timer.item else item
        for item in picture.agenda
    )
    return replace(picture, timer=timer, agenda=agenda)
