"""One room's health record: its people, its history, its trouble. Sans-I/O; bounded by the seats of the room and the rings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from classroom.ops.history import Ring
from classroom.ops.person import PersonRecord, Seen
from classroom.ops.timeline import Happening
from classroom.ops.trouble import Patient, Verdict, judge

EMPTY_AFTER_MS: Final = 180_000
"""A room in which nobody has been for so long is empty, not in trouble: people close the window when a class is over."""
GONE_KEPT: Final = 40
"""People who left, of whom the record is kept as long as the room is in memory; the latest."""


@dataclass(frozen=True, slots=True)
class Calls:
    """What waits for an answer."""

    hands: Mapping[str, int] = field(default_factory=dict)
    """Whose hands are up and not answered, and since when."""
    helps: Mapping[str, int] = field(default_factory=dict)
    """Who called for help, and nobody comes."""


@dataclass(slots=True)
class RoomRecord:
    room_id: str
    name: str
    people: dict[str, PersonRecord] = field(default_factory=dict)
    """By seat; those who left, too."""
    verdict: Verdict = field(default_factory=lambda: Verdict(0.0, ()))
    calls: Calls = field(default_factory=Calls)
    lost_ms: int = 0
    """What all of them lost, while this process had the room."""
    alone_since_ms: int | None = None
    empty_since_ms: int | None = None
    here: int = 0
    """How many are in the room; as of the last look, like `missing` and `first_word_ms`."""
    missing: int = 0
    """How many have a seat and no connection."""
    first_word_ms: int | None = None
    """The slowest, of those who have a seat."""
    people_ring: Ring = field(default_factory=lambda: Ring("max"))
    trouble_ring: Ring = field(default_factory=lambda: Ring("max"))
    lost_ring: Ring = field(default_factory=lambda: Ring("sum"))
    """Minutes lost."""

    def happened(self, who: str, seen: Seen, at_ms: int, what: Happening) -> None:
        """The room said something of somebody."""
        record = self.people.get(who)
        if record is None:
            record = self.people[who] = PersonRecord(who, seen, at_ms)
        elif what == "joined":
            what = "rejoined"
        record.happened(at_ms, what)

    def look(self, seen: Mapping[str, Seen], calls: Calls, now_ms: int) -> None:
        """Everybody who has a seat, as seen now."""
        lost_ms = 0
        for who, one in seen.items():
            record = self.people.get(who)
            if record is None:
                record = self.people[who] = PersonRecord(who, one, now_ms)
                record.happened(now_ms, "here_already")
            lost_ms += record.look(one, now_ms)
        for who, record in self.people.items():
            if who not in seen and record.gone_at_ms is None:
                record.happened(now_ms, "left")
        self._forget_oldest()
        self._count()
        self.calls = calls
        self._judge(now_ms)
        self.lost_ms += lost_ms
        self.people_ring.add(self.here, now_ms)
        self.trouble_ring.add(self.verdict.score, now_ms)
        self.lost_ring.add(lost_ms / 60_000, now_ms)

    @property
    def seated(self) -> list[PersonRecord]:
        return [record for record in self.people.values() if record.gone_at_ms is None]

    def _count(self) -> None:
        """Once, however many ask for the list of all rooms."""
        seated = self.seated
        self.here = sum(record.seen.connected for record in seated)
        self.missing = len(seated) - self.here
        times = [r.seen.first_word_ms for r in seated if r.seen.first_word_ms is not None]
        self.first_word_ms = max(times, default=None)

    def _judge(self, now_ms: int) -> None:
        seated = self.seated
        here = [record for record in seated if record.seen.connected]
        alone = bool(here) and not any(record.staff for record in here)
        self.alone_since_ms = (self.alone_since_ms or now_ms) if alone else None
        self.empty_since_ms = None if here else (self.empty_since_ms or now_ms)
        if self.empty_since_ms is not None and now_ms - self.empty_since_ms >= EMPTY_AFTER_MS:
            self.verdict = Verdict(0.0, ())
            return
        self.verdict = judge(
            [Patient(record.staff, record.since) for record in seated if record.since],
            hands_ms=self.calls.hands.values(),
            helps_ms=self.calls.helps.values(),
            alone_since_ms=self.alone_since_ms,
            now_ms=now_ms,
        )

    def _forget_oldest(self) -> None:
        gone = [record for record in self.people.values() if record.gone_at_ms is not None]
        for record in sorted(gone, key=lambda one: one.gone_at_ms or 0)[: max(0, len(gone) - GONE_KEPT)]:
            del self.people[record.id]
