"""When somebody has had their say, told from who speaks moment by moment. Sans-I/O: times are arguments, in seconds of any
one clock.

A turn is two seconds of speech, however interrupted, followed by a pause; or a long speech before its end. "Yes" and a cough
are none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

TURN_S: Final = 2.0
"""So much speech makes a turn …"""
PAUSE_S: Final = 1.5
"""… once it has ended for so long."""
LONG_S: Final = 20.0
"""So much speech is a turn before it ends: some rooms are never silent."""
FORGET_S: Final = 20.0
"""Less than a turn is forgotten after so long a silence."""


@dataclass(slots=True)
class _Voice:
    spoken_s: float = 0.0
    since: float | None = None
    """When the present speech began, or was last counted; None: silent."""
    silent_at: float = 0.0

    def count(self, now: float) -> None:
        if self.since is not None:
            self.spoken_s += now - self.since
            self.since = now


class TurnsHeard:
    """One room. It remembers those who speak or have just spoken, and nobody else."""

    def __init__(self) -> None:
        self._voices: dict[str, _Voice] = {}

    def speakers(self, speaking: Iterable[str], now: float) -> None:
        """Exactly these people speak from now on."""
        heard = set(speaking)
        for who in heard:
            voice = self._voices.setdefault(who, _Voice())
            if voice.since is None:
                voice.since = now
        for who, voice in self._voices.items():
            if who not in heard and voice.since is not None:
                voice.count(now)
                voice.since, voice.silent_at = None, now

    def restart(self, who: str, now: float) -> None:
        """What this person has said until now counts no longer."""
        voice = self._voices.get(who)
        if voice is not None:
            voice.spoken_s = 0.0
            voice.since = None if voice.since is None else now

    def forget(self, who: str) -> None:
        self._voices.pop(who, None)

    def ended(self, now: float) -> tuple[str, ...]:
        """Those whose turn is over (or long), each turn once. To be asked about once a second."""
        over = []
        for who, voice in tuple(self._voices.items()):
            voice.count(now)
            silent_s = 0.0 if voice.since is not None else now - voice.silent_at
            if voice.spoken_s >= (LONG_S if voice.since is not None else TURN_S):
                if voice.since is None and silent_s < PAUSE_S:
                    continue
                over.append(who)
                voice.spoken_s = 0.0
            if voice.since is None and (silent_s >= FORGET_S or voice.spoken_s == 0.0):
                del self._voices[who]
        return tuple(over)
