"""How this process does: CPU, memory, the loop."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path
from typing import Final, NamedTuple

STATM: Final = Path("/proc/self/statm")
PAGE_BYTES: Final = os.sysconf("SC_PAGE_SIZE")


class Reading(NamedTuple):
    cpu: float
    """Of one core, since the reading before: 1.0 is all of it."""
    memory_bytes: int
    """Resident."""
    uptime_s: int


class Meter:
    """Of the process that made it."""

    def __init__(self) -> None:
        self._began = self._read_at = time.monotonic()
        self._cpu_s = _cpu_s()
        self._reading = Reading(0.0, _memory_bytes(), 0)

    def read(self) -> Reading:
        """A new reading, at most once a second; the last one in between."""
        now = time.monotonic()
        elapsed_s = now - self._read_at
        if elapsed_s >= 1.0:
            cpu_s = _cpu_s()
            share = max(0.0, cpu_s - self._cpu_s) / elapsed_s
            self._read_at, self._cpu_s = now, cpu_s
            self._reading = Reading(round(share, 3), _memory_bytes(), int(now - self._began))
        return self._reading


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def _memory_bytes() -> int:
    """Where there is no /proc, the most it ever was."""
    try:
        return int(STATM.read_text().split()[1]) * PAGE_BYTES
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
