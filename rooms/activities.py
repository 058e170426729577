"""The vocabulary of activities: check-ins, and the agenda with its timer. Plain data, as in `rooms.model`."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

CheckinKind = Literal["pace", "progress", "yes_no", "scale", "question"]
"""Ready-made: pace (too fast, fine, too slow), progress (done, stuck), yes_no, scale (1 to 5). question: the
choices are typed by the trainer."""

READY_MADE: Final[dict[CheckinKind, tuple[str, ...]]] = {
    "pace": ("too_fast", "fine", "too_slow"),
    "progress": ("done", "stuck"),
    "yes_no": ("yes", "no"),
    "scale": ("1", "2", "3", "4", "5"),
}
"""Their choices as they travel; interfaces have the words."""

STUCK: Final = READY_MADE["progress"].index("stuck")

AGENDA_ITEMS: Final = 40
"""So many lines an agenda has at most."""


class CheckinAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """`choice` is an index into the check-in's choices. The name is kept: answers outlive seats."""

    participant_id: str
    name: str
    choice: int


class Checkin(msgspec.Struct, frozen=True, kw_only=True):
    """The room's one check-in: open, or closed with its results still there."""

    id: int
    """The `seq` of the event that opened it."""
    kind: CheckinKind
    question: str
    """May be empty for the ready-made kinds, whose choices speak for themselves."""
    choices: tuple[str, ...]
    opened_at_ms: int
    open: bool = True
    answers: tuple[CheckinAnswer, ...] = ()
    """In the order of first answering. Staff see all; everybody else their own alone."""
    counts: tuple[int, ...] | None = None
    """How many chose each choice, once staff show it to all; None: not shown."""


class AgendaItem(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    """Unique in the room's whole life."""
    title: str
    minutes: int
    is_break: bool = False
    started_at_ms: int | None = None
    """When its timer was last started; None: it was not yet."""


class Timer(msgspec.Struct, frozen=True, kw_only=True):
    """What runs now, on everybody's screen. It goes on past its end until a trainer ends it."""

    item: int | None
    """The agenda's item; None: a break (or a span of time) outside the agenda."""
    title: str
    is_break: bool
    started_at_ms: int
    ends_at_ms: int
