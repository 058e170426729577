"""Check-ins and the agenda."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rooms.activities import CheckinKind
from rooms.commands.base import Command

Question = Annotated[str, msgspec.Meta(max_length=300)]
Choice = Annotated[str, msgspec.Meta(min_length=1, max_length=120)]
Choices = Annotated[tuple[Choice, ...], msgspec.Meta(max_length=8)]
CheckinId = Annotated[int, msgspec.Meta(ge=1)]
ItemId = Annotated[int, msgspec.Meta(ge=1)]
Title = Annotated[str, msgspec.Meta(max_length=120)]
Minutes = Annotated[int, msgspec.Meta(ge=1, le=480)]


class OpenCheckin(Command, frozen=True, tag="checkin.open"):
    """Staff: ask all participants, wherever they are. `choices` (two or more, all different) for kind
    "question" alone, which also needs its `question`. One at a time: a closed one gives way, an open one does
    not.
    """

    kind: CheckinKind
    question: Question = ""
    choices: Choices = ()


class AnswerCheckin(Command, frozen=True, tag="checkin.answer"):
    """Answer, or change one's answer, while it is open. "stuck" also calls for help, privately."""

    checkin: CheckinId
    choice: Annotated[int, msgspec.Meta(ge=0, le=7)]


class CloseCheckin(Command, frozen=True, tag="checkin.close"):
    """Staff: no more answers; the results stay."""


class ShowCheckin(Command, frozen=True, tag="checkin.show"):
    """Staff: everybody sees how many chose what (never who), or no longer."""

    on: bool


class ClearCheckin(Command, frozen=True, tag="checkin.clear"):
    """Staff: take the check-in and its results off every screen, for good."""


class AddAgendaItem(Command, frozen=True, tag="agenda.add"):
    """Staff: one more line at the end. A break's title may be empty."""

    title: Title
    minutes: Minutes
    is_break: bool = False


class ChangeAgendaItem(Command, frozen=True, tag="agenda.change"):
    """Staff: say a line anew. What runs keeps its time."""

    item: ItemId
    title: Title
    minutes: Minutes
    is_break: bool = False


class MoveAgendaItem(Command, frozen=True, tag="agenda.move"):
    """Staff: put a line to this place, from 0; beyond the end: last."""

    item: ItemId
    to: Annotated[int, msgspec.Meta(ge=0, le=1000)]


class RemoveAgendaItem(Command, frozen=True, tag="agenda.remove"):
    """Staff: what runs goes on without its line."""

    item: ItemId


class StartAgendaItem(Command, frozen=True, tag="agenda.start"):
    """Staff: start the timer of a line, in place of whatever runs. What runs already goes on."""

    item: ItemId


class StartBreak(Command, frozen=True, tag="agenda.break"):
    """Staff: a break now, outside the agenda, in place of whatever runs."""

    minutes: Minutes


class ExtendTimer(Command, frozen=True, tag="agenda.extend"):
    """Staff: more time, added to what remains."""

    minutes: Minutes


class EndTimer(Command, frozen=True, tag="agenda.end"):
    """Staff: the break, or the line, is over."""


ActivityCommand = (
    OpenCheckin | AnswerCheckin | CloseCheckin | ShowCheckin | ClearCheckin | AddAgendaItem | ChangeAgendaItem
    | MoveAgendaItem | RemoveAgendaItem | StartAgendaItem | StartBreak | ExtendTimer | EndTimer
)  # fmt: skip
