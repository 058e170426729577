"""Who was present when: folded from a room's durable events, as far back as they are kept. Sans-I/O.

Somebody is present while a socket of theirs is open. A process that died could not write down that its people were gone;
the next one did, perhaps hours later. So the lives of the room's processes (`classroom.api.lives`) bound what counts: a stay
that reaches into another life ended when the life that it began in was last known to go on.
"""

from __future__ import annotations

import csv
import io
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from rooms.events import ParticipantJoined, ParticipantLeft, PresenceChanged, Recorded
from rooms.model import Role

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Spreadsheets would run a cell that begins so (OWASP, "CSV Injection")."""
MS_PER_MINUTE = 60_000


class Life(NamedTuple):
    """One process had the room in memory, at least from … until … (Unix ms)."""

    from_ms: int
    until_ms: int


class Stay(NamedTuple):
    from_ms: int
    until_ms: int | None
    """None: still here."""


@dataclass(slots=True)
class Attendee:
    participant_id: str
    name: str = ""
    """As last given; empty where that is not kept any more."""
    role: Role = "participant"
    stays: list[Stay] = field(default_factory=list)

    def present_ms(self, now_ms: int) -> int:
        return sum((now_ms if stay.until_ms is None else stay.until_ms) - stay.from_ms for stay in self.stays)


class Attendance:
    """Give it every event that is kept, in order; then `settle`."""

    def __init__(self, lives: Sequence[Life]) -> None:
        self._lives = sorted(lives)
        self._times: list[int] = []
        self._since: dict[str, int] = {}
        """Who is present, since when."""
        self._people: dict[str, Attendee] = {}

    def add(self, recorded: Recorded) -> None:
        event = recorded.event
        self._times.append(recorded.at_ms)
        if isinstance(event, ParticipantJoined):
            person = self._person(event.participant.id)
            person.name, person.role = event.participant.name, event.participant.role
            self._since.setdefault(person.participant_id, recorded.at_ms)
        elif isinstance(event, PresenceChanged):
            if event.connected:
                self._person(event.participant_id)
                self._since.setdefault(event.participant_id, recorded.at_ms)
            else:
                self._ends(event.participant_id, recorded.at_ms)
        elif isinstance(event, ParticipantLeft) and event.reason != "expired":
            self._ends(event.participant_id, recorded.at_ms)

    def settle(self, here: frozenset[str], now_ms: int) -> list[Attendee]:
        """Everybody, in the order in which they first came. `here`: who is connected now, as the room's owner says."""
        for who in [*self._since]:
            if who in here:
                self._person(who).stays.append(Stay(self._since.pop(who), None))
            else:
                # Nobody has written down yet that they are gone.
                last = max((life.until_ms for life in self._lives), default=0)
                self._ends(who, min(now_ms, max(last, self._times[-1])))
        people = [person for person in self._people.values() if person.stays]
        return sorted(people, key=lambda person: person.stays[0].from_ms)

    def _person(self, participant_id: str) -> Attendee:
        return self._people.setdefault(participant_id, Attendee(participant_id))

    def _ends(self, participant_id: str, at_ms: int) -> None:
        from_ms = self._since.pop(participant_id, None)
        if from_ms is None:
            if participant_id in self._people:
                return  # gone already
            from_ms = self._times[
                0
            ]  # here before the oldest event that is kept, and so at least from then on
        self._person(participant_id)
        until_ms = max(from_ms, self._bounded(from_ms, at_ms))
        if until_ms > from_ms:
            self._person(participant_id).stays.append(Stay(from_ms, until_ms))

    def _bounded(self, from_ms: int, until_ms: int) -> int:
        later = next((life for life in self._lives if from_ms < life.from_ms <= until_ms), None)
        if later is None:
            return until_ms
        known = [life.until_ms for life in self._lives if life.from_ms <= from_ms]
        before = bisect_left(self._times, later.from_ms)
        last_event = self._times[before - 1] if before else from_ms
        return min(until_ms, later.from_ms, max(last_event, max(known, default=0)))


def clipped(people: Sequence[Attendee], from_ms: int | None, until_ms: int | None) -> list[Attendee]:
    """What lies in a span of time; whoever was not there in it is left out."""
    kept = []
    for person in people:
        stays = [stay for one in person.stays if (stay := _clipped(one, from_ms, until_ms)) is not None]
        if stays:
            kept.append(Attendee(person.participant_id, person.name, person.role, stays))
    return kept


def _clipped(stay: Stay, from_ms: int | None, until_ms: int | None) -> Stay | None:
    start = stay.from_ms if from_ms is None else max(stay.from_ms, from_ms)
    end = stay.until_ms
    if until_ms is not None and (end is None or end > until_ms):
        end = until_ms
    return None if end is not None and end <= start else Stay(start, end)


def as_csv(people: Sequence[Attendee], now_ms: int) -> str:
    """One line for each person (RFC 4180), with a byte order mark, by which spreadsheets know UTF-8."""
    text = io.StringIO()
    lines = csv.writer(text)
    lines.writerow(("participant_id", "name", "role", "minutes", "first", "last", "stays"))
    for person in people:
        end = person.stays[-1].until_ms
        lines.writerow(
            (
                _cell(person.participant_id),
                _cell(person.name),
                person.role,
                minutes(person.present_ms(now_ms)),
                _time(person.stays[0].from_ms),
                "" if end is None else _time(end),
                len(person.stays),
            )
        )
    return "\ufeff" + text.getvalue()


def minutes(ms: int) -> float:
    return round(ms / MS_PER_MINUTE, 1)


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).isoformat().replace("+00:00", "Z")
