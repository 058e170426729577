"""Asking a sender for missing packets (RFC 4585 section 6.2.1): soon, then ever more rarely, then no more.

A repetition waits at least a round trip, or it would say nothing new. Audio is asked for at once, and again without back-off:
a frame that comes late is worth little.
"""

from __future__ import annotations

from collections.abc import Iterable

from classroom.media.pyrelay.limits import RelayLimits


class NackGenerator:
    """Follows the missing packets of one received stream, by extended sequence number."""

    __slots__ = ("_audio", "_limits", "_missing", "given_up")

    def __init__(self, limits: RelayLimits, audio: bool = False) -> None:
        self._limits = limits
        self._audio = audio
        self._missing: dict[int, tuple[float, int]] = {}
        """Extended number: (when to ask, how often asked). Kept in order of the numbers."""
        self.given_up = 0

    def __len__(self) -> int:
        return len(self._missing)

    def missing(self, first: int, end: int, now: float) -> None:
        """The numbers from `first` up to, not including, `end` did not come. Called with rising numbers."""
        if end - first > self._limits.nack_outstanding:
            self.given_up += end - first - self._limits.nack_outstanding
            first = end - self._limits.nack_outstanding
        limits = self._limits
        due = now + (limits.audio_nack_first_s if self._audio else limits.nack_first_s)
        for extended in range(first, end):
            self._missing[extended] = (due, 0)
        while len(self._missing) > self._limits.nack_outstanding:
            del self._missing[next(iter(self._missing))]
            self.given_up += 1

    def arrived(self, extended: int) -> bool:
        """Whether the packet was missing; it is no more."""
        return self._missing.pop(extended, None) is not None

    def clear(self) -> None:
        self._missing.clear()

    @property
    def pending(self) -> Iterable[int]:
        """What is still being asked for."""
        return self._missing.keys()

    def due(self, now: float, round_trip_s: float | None = None) -> list[int]:
        """The numbers to ask for now."""
        limits = self._limits
        if self._audio and round_trip_s is not None and round_trip_s > limits.audio_nack_round_trip_s:
            self.given_up += len(self._missing)
            self._missing.clear()
            return []
        least = round_trip_s or 0.0
        most = limits.audio_nack_tries if self._audio else limits.nack_tries
        due: list[int] = []
        dead: list[int] = []
        for extended, (when, tries) in self._missing.items():
            if when > now:
                continue
            if tries >= most:
                dead.append(extended)
                continue
            if self._audio:
                interval = limits.audio_nack_interval_s
            else:
                interval = min(limits.nack_interval_s * limits.nack_backoff**tries, limits.nack_max_s)
            self._missing[extended] = (now + max(interval, least), tries + 1)
            due.append(extended)
        for extended in dead:
            del self._missing[extended]
        self.given_up += len(dead)
        return due
