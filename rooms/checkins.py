"""Check-ins: one short question to all participants at a time, with few choices, wherever people are.

Who chose what is for staff; everybody else learns at most how many chose what, when staff show it. Answers
can be changed while the check-in is open. Being stuck calls for help, and no longer being stuck takes that
call back.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from rooms.activities import READY_MADE, STUCK, Checkin, CheckinAnswer
from rooms.commands import AnswerCheckin, ClearCheckin, CloseCheckin, OpenCheckin, ShowCheckin
from rooms.context import Context, Events
from rooms.errors import Refused
from rooms.events import CheckinAnswered, CheckinCleared, CheckinClosed, CheckinOpened, CheckinShown
from rooms.help import call_for, ended_for, own_call
from rooms.state import RoomState
from rooms.text import clean_instruction, clean_line


def open_checkin(command: OpenCheckin, context: Context) -> Events:
    """Raises `Refused`: "checkin_open" (close it first: its answers are worth more than a slip),
    "checkin_bad_choices", "empty_text" (a free question without words)."""
    running = context.state.checkin
    if running is not None and running.open:
        raise Refused("checkin_open")
    if command.kind == "question":
        question, choices = clean_line(command.question), tuple(map(clean_line, command.choices))
        if len(choices) < 2 or len(set(choices)) < len(choices):
            raise Refused("checkin_bad_choices", "two or more, all different")
    else:
        question, choices = " ".join(clean_instruction(command.question).split()), READY_MADE[command.kind]
        if command.choices:
            raise Refused("checkin_bad_choices", f"{command.kind} has its own")
    return (
        CheckinOpened(
            checkin=Checkin(
                id=context.state.seq + 1,
                kind=command.kind,
                question=question,
                choices=choices,
                opened_at_ms=context.now_ms,
            ),
            by=context.actor.id,
        ),
    )


def answer(command: AnswerCheckin, context: Context) -> Events:
    """Raises `Refused`: "checkin_closed" (this one is, or is not the newest), "checkin_bad_choices"."""
    checkin, actor = context.state.checkin, context.actor
    if checkin is None or not checkin.open or checkin.id != command.checkin:
        raise Refused("checkin_closed")
    if command.choice >= len(checkin.choices):
        raise Refused("checkin_bad_choices", "no such choice")
    given = CheckinAnswer(participant_id=actor.id, name=actor.name, choice=command.choice)
    if given in checkin.answers:
        return ()
    after = answered(checkin.answers, given)
    event = CheckinAnswered(
        participant_id=actor.id,
        name=actor.name,
        choice=command.choice,
        counts=None if checkin.counts is None else count(checkin, after),
    )
    return (event, *_help(context, checkin, command.choice))


def _help(context: Context, checkin: Checkin, choice: int) -> Events:
    if checkin.kind != "progress":
        return ()
    if choice == STUCK:
        return call_for(context, context.actor, stuck=True)
    call = own_call(context.state, context.actor.id)
    if call is None or not call.stuck:
        return ()
    return (ended_for(context.actor.id, by=context.actor.id),)


def answered(answers: tuple[CheckinAnswer, ...], given: CheckinAnswer) -> tuple[CheckinAnswer, ...]:
    """With the new answer in place of the person's former one, or at the end."""
    if any(one.participant_id == given.participant_id for one in answers):
        return tuple(given if one.participant_id == given.participant_id else one for one in answers)
    return (*answers, given)


def count(checkin: Checkin, answers: Iterable[CheckinAnswer]) -> tuple[int, ...]:
    chosen = [one.choice for one in answers]
    return tuple(chosen.count(choice) for choice in range(len(checkin.choices)))


def close(command: CloseCheckin, context: Context) -> Events:
    checkin = context.state.checkin
    return () if checkin is None or not checkin.open else (CheckinClosed(by=context.actor.id),)


def show(command: ShowCheckin, context: Context) -> Events:
    """Raises `Refused("checkin_closed")` where there is none."""
    checkin = context.state.checkin
    if checkin is None:
        raise Refused("checkin_closed")
    if command.on is (checkin.counts is not None):
        return ()
    counts = count(checkin, checkin.answers) if command.on else None
    return (CheckinShown(counts=counts, by=context.actor.id),)


def clear(command: ClearCheckin, context: Context) -> Events:
    return () if context.state.checkin is None else (CheckinCleared(by=context.actor.id),)


def seen_by(state: RoomState, viewer_id: str, *, staff: bool) -> Checkin | None:
    """The check-in with the answers that this viewer may see."""
    if state.checkin is None or staff:
        return state.checkin
    own = tuple(one for one in state.checkin.answers if one.participant_id == viewer_id)
    return replace(state.checkin, answers=own)
