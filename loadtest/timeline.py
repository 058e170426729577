"""The seconds of a run, of all its processes."""

from __future__ import annotations

from loadtest.recorder import Second
from loadtest.scenario import SECONDS_MAX

_AT_MAX = round(2 * SECONDS_MAX)


class Timeline:
    def __init__(self) -> None:
        self._seconds: dict[int, Second] = {}

    def add(self, second: Second) -> None:
        """One process's part of a second; times that no run can have are dropped."""
        if 0 <= second.at_s <= _AT_MAX:
            self._seconds.setdefault(second.at_s, Second(second.at_s)).add(second)

    def ordered(self) -> list[Second]:
        return [self._seconds[at] for at in sorted(self._seconds)]

    def recent(self, count: int) -> list[Second]:
        """The newest ones, in order."""
        return [self._seconds[at] for at in sorted(self._seconds)[-count:]]
