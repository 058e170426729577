"""How long a breakout move takes: from the trainer's command to the new partner heard and seen."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from loadtest.stamp import KEYFRAME, Stamp

MoveKind = Literal["open", "rotate", "close"]


@dataclass(frozen=True, slots=True)
class MoveResult:
    """One participant's part of one move. None: not heard or seen before the next move (or the end)."""

    kind: MoveKind
    audio_ms: float | None
    video_ms: float | None


@dataclass(slots=True)
class MoveWatch:
    """Notes who is heard and seen first after a command.

    Only newcomers count: people who were in another place before, so that nothing of theirs was in any
    slot. The moment is that of the kernel receiving the packet: the first of audio, the last of the first
    keyframe for video.
    """

    kind: MoveKind
    commanded_ns: int
    before: frozenset[str]
    """Who was in the same place when the command was given."""
    _heard_ns: dict[str, int] = field(default_factory=dict)
    _seen_ns: dict[str, int] = field(default_factory=dict)

    def take(self, publisher: str, stamp: Stamp, arrived_ns: int) -> None:
        if publisher in self.before:
            return
        if stamp.stream == 0:
            self._heard_ns.setdefault(publisher, arrived_ns)
        elif stamp.flags & KEYFRAME:
            self._seen_ns.setdefault(publisher, arrived_ns)

    def result(self, after: frozenset[str]) -> MoveResult | None:
        """`after`: who is in the same place now. None if that is nobody new."""
        newcomers = after - self.before
        if not newcomers:
            return None
        return MoveResult(
            self.kind, self._first_ms(self._heard_ns, newcomers), self._first_ms(self._seen_ns, newcomers)
        )

    def _first_ms(self, arrivals: dict[str, int], newcomers: frozenset[str]) -> float | None:
        times = [arrivals[person] for person in newcomers if person in arrivals]
        return (min(times) - self.commanded_ns) / 1e6 if times else None
