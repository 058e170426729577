"""Check-ins and the agenda."""

from __future__ import annotations

from rooms.activities import AgendaItem, Checkin, Timer
from rooms.events.base import EventBody


class CheckinOpened(EventBody, frozen=True, tag="checkin.opened"):
    checkin: Checkin
    by: str


class CheckinAnswered(EventBody, frozen=True, tag="checkin.answered"):
    """Seen whole by staff and by who answered; by others only while the counts are shown, and then without who
    and what.
    """

    participant_id: str | None
    name: str
    choice: int | None
    counts: tuple[int, ...] | None
    """After this answer; None: they are not shown."""


class CheckinClosed(EventBody, frozen=True, tag="checkin.closed"):
    by: str


class CheckinShown(EventBody, frozen=True, tag="checkin.shown"):
    """`counts` None: shown no longer."""

    counts: tuple[int, ...] | None
    by: str


class CheckinCleared(EventBody, frozen=True, tag="checkin.cleared"):
    by: str


class AgendaChanged(EventBody, frozen=True, tag="agenda.changed"):
    """The whole agenda, after a line was added, said anew, moved or removed."""

    items: tuple[AgendaItem, ...]
    by: str


class TimerChanged(EventBody, frozen=True, tag="agenda.timer"):
    """None: nothing runs any more."""

    timer: Timer | None
    by: str


ActivityEvent = (
    CheckinOpened | CheckinAnswered | CheckinClosed | CheckinShown | CheckinCleared | AgendaChanged
    | TimerChanged
)  # fmt: skip
