"""One person as operations see them: what is wrong and since when, what it cost them, and what happened. Sans-I/O.

`look` is called every few seconds with what was seen of the person; `happened` whenever the room says something of them. Times
are Unix milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from classroom.ops.history import Series
from classroom.ops.timeline import Happening, Timeline
from rooms.model import STAFF, Role
from signaling.messages import MediaPath, MediaWay, QualityReason, Rating

Ill = Literal["missing", "deaf", "unheard", "poor"]
"""missing: the seat is kept, the connection is gone. deaf: does not hear the others. unheard: is not heard, microphone on.
poor: hears and is heard, badly."""
ILLS: Final[tuple[Ill, ...]] = ("missing", "deaf", "unheard", "poor")
"""The gravest first."""
COSTS: Final[frozenset[Ill]] = frozenset({"missing", "deaf", "unheard"})
"""What counts as time lost."""

READING_EVERY_MS: Final = 15_000
READINGS: Final = 120
"""Of each figure: half an hour."""
GONE: Final[frozenset[Happening]] = frozenset({"left", "removed", "expired", "revoked", "ended"})
GAP_MS: Final = 30_000
"""Looks further apart than this were no looks: the time between is not counted."""


@dataclass(frozen=True, slots=True)
class Way:
    """One direction at the last look."""

    rating: Rating
    mos: float
    loss: float
    """Of the worst stream, 0 to 1, after repair."""
    reasons: tuple[QualityReason, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """One person at one look."""

    name: str
    role: Role
    connected: bool
    """Their WebSocket is there."""
    away: bool
    """They stepped out, or dropped."""
    presence_at_ms: int
    path: MediaPath = "none"
    way: MediaWay | None = None
    address: object = None
    """Where their media come from; only ever compared."""
    hears: bool | None = None
    heard: bool | None = None
    sending: Way | None = None
    receiving: Way | None = None
    round_trip_ms: float | None = None
    first_word_ms: int | None = None
    """From joining until the first sound went either way."""
    client: str = ""


class PersonRecord:
    """One seat, from its first look to the end of the room's time in memory."""

    def __init__(self, participant_id: str, seen: Seen, now_ms: int) -> None:
        self.id = participant_id
        self.seen = seen
        self.known_since_ms = now_ms
        self.gone_at_ms: int | None = None
        """When they left; None: they have a seat."""
        self.since: dict[Ill, int] = {}
        """What is wrong now, and since when."""
        self.lost_ms = 0
        """How long they were missing, or heard nothing, or were not heard."""
        self.timeline = Timeline()
        self.readings = {
            name: Series(READINGS) for name in ("sending", "receiving", "loss_out", "loss_in", "round_trip")
        }
        self._connected = seen.connected
        self._looked_at_ms = now_ms
        self._read_at_ms = 0

    @property
    def staff(self) -> bool:
        return self.seen.role in STAFF

    def happened(self, at_ms: int, what: Happening, detail: str = "") -> None:
        self.timeline.add(at_ms, what, detail)
        if what in GONE:
            self.gone_at_ms = at_ms
            self.since.clear()
        elif what in ("joined", "rejoined"):
            self.gone_at_ms = None
            self._connected = True

    def presence_changed(self, connected: bool, away: bool, at_ms: int) -> None:
        """They dropped or came back, or said that they step out or are back."""
        if connected != self._connected:
            self._connected = connected
            self.timeline.add(at_ms, "resumed" if connected else "lost")
        else:
            self.timeline.add(at_ms, "stepped_out" if away else "stepped_in")

    def look(self, seen: Seen, now_ms: int) -> int:
        """Takes what was seen; returns how many milliseconds the person lost since the look before."""
        before, self.seen = self.seen, seen
        elapsed_ms = now_ms - self._looked_at_ms
        self._looked_at_ms = now_ms
        lost_ms = elapsed_ms if 0 < elapsed_ms <= GAP_MS and COSTS & self.since.keys() else 0
        self.lost_ms += lost_ms
        self._note_path(before, seen, now_ms)
        self._note_ills(seen, now_ms)
        if seen.first_word_ms is not None and before.first_word_ms is None:
            self.timeline.add(now_ms, "first_word", str(seen.first_word_ms))
        if now_ms - self._read_at_ms >= READING_EVERY_MS:
            self._read_at_ms = now_ms
            self._read(seen)
        return lost_ms

    def _note_path(self, before: Seen, seen: Seen, now_ms: int) -> None:
        if before.path == "none" and seen.path == "ok":
            self.timeline.add(now_ms, "media_up", seen.way or "")
        elif before.path == "ok" and seen.path in ("interrupted", "lost"):
            self.timeline.add(now_ms, "media_silent")
        elif before.path in ("interrupted", "lost") and seen.path == "ok":
            self.timeline.add(now_ms, "media_back", seen.way or "")
        elif before.address is not None and seen.address is not None and before.address != seen.address:
            self.timeline.add(now_ms, "moved_address")
        if before.way is not None and seen.way is not None and before.way != seen.way:
            self.timeline.add(now_ms, "changed_way", seen.way)

    def _note_ills(self, seen: Seen, now_ms: int) -> None:
        found = set(ills(seen))
        words: dict[Ill, tuple[Happening, Happening]] = {
            "deaf": ("deaf", "hears"),
            "unheard": ("unheard", "heard"),
        }
        for ill in ILLS:
            if ill in found and ill not in self.since:
                self.since[ill] = seen.presence_at_ms if ill == "missing" else now_ms
                if ill in words:
                    self.timeline.add(now_ms, words[ill][0])
            elif (
                ill not in found and self.since.pop(ill, None) is not None and ill in words and seen.connected
            ):
                self.timeline.add(now_ms, words[ill][1])

    def _read(self, seen: Seen) -> None:
        sending, receiving = seen.sending, seen.receiving
        self.readings["sending"].add(sending.mos if sending else None)
        self.readings["receiving"].add(receiving.mos if receiving else None)
        self.readings["loss_out"].add(sending.loss if sending else None)
        self.readings["loss_in"].add(receiving.loss if receiving else None)
        self.readings["round_trip"].add(seen.round_trip_ms)


def ills(seen: Seen) -> tuple[Ill, ...]:
    """What is wrong with somebody, the gravest first. Whoever is missing is only that; whoever stepped out misses nothing."""
    if not seen.connected:
        return ("missing",)
    if seen.away:
        return ()
    found: list[Ill] = []
    if seen.hears is False:
        found.append("deaf")
    if seen.heard is False:
        found.append("unheard")
    if not found and any(way is not None and way.rating == "poor" for way in (seen.sending, seen.receiving)):
        found.append("poor")
    return tuple(found)
