"""Who speaks: from the level that a microphone's packets carry (RFC 6464), or from their sizes where they carry none."""

from __future__ import annotations

BIN_S = 0.05
BINS = 8
"""The last 400 ms are looked at."""
START_BINS = 3
"""Speech begins when it fills about 40 % of them, and ends when it fills none."""
START_DBOV = -35
STOP_DBOV = -40
"""Hysteresis: who speaks already may be quieter."""
SILENCE_DBOV = -127
FLOOR_DBOV = -60.0
"""Loudness 0."""
SPEECH_BYTES = 40
"""Opus in 20 ms packets spends less on silence and comfort noise, with or without DTX."""
SIZE_DBOV = -30
"""Taken for the level of a packet that is large enough to be speech."""


class SpeakerMeter:
    """Follows one microphone. Bins are 50 ms of arrival time; each holds its loudest packet."""

    __slots__ = ("_bin", "_levels", "_loudness", "speaking")

    def __init__(self) -> None:
        self._levels = [SILENCE_DBOV] * BINS
        self._bin = 0
        self._loudness = 0.0
        self.speaking = False

    def packet(self, level: int | None, size: int, now: float) -> None:
        """`level` is the extension's: 0 to 127, in -dBov; None without extension. `size`: bytes of payload."""
        if level is None:
            level = -SIZE_DBOV if size >= SPEECH_BYTES else -SILENCE_DBOV
        dbov = -level
        self._advance(now)
        index = self._bin % BINS
        if dbov > self._levels[index]:
            self._levels[index] = dbov

    def _advance(self, now: float) -> None:
        """Closes the bins that ended by `now` and judges anew."""
        current = int(now / BIN_S)
        steps = current - self._bin
        if steps <= 0:
            return
        if steps >= 2 * BINS:
            self._levels = [SILENCE_DBOV] * BINS
            self._loudness = 0.0
            self.speaking = False
            self._bin = current
            return
        for _ in range(steps):
            self._judge()
            self._bin += 1
            self._levels[self._bin % BINS] = SILENCE_DBOV

    def _judge(self) -> None:
        threshold = STOP_DBOV if self.speaking else START_DBOV
        active = [level for level in self._levels if level > threshold]
        self.speaking = bool(active) if self.speaking else len(active) >= START_BINS
        mean = sum(active) / len(active) if active else FLOOR_DBOV
        target = min(1.0, max(0.0, 1.0 - mean / FLOOR_DBOV))
        self._loudness += (target - self._loudness) * 0.25

    def loudness(self, now: float) -> float:
        """0 (silent) to 1 (full scale), smoothed over about 200 ms; 0 for who does not speak."""
        self._advance(now)
        return self._loudness if self.speaking else 0.0
