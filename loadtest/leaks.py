"""Finds packets that should not have come: people of another room, or of another place than the listener's."""

from __future__ import annotations

from collections import deque

GRACE_S = 1.0
"""Media and events travel separately: for so long before and after a move, either place's people may be
heard.
"""
_SUSPECTS_MAX = 1000


class LeakDetector:
    """Told of every sampled packet and of every change of places; counts what no change explains."""

    def __init__(self) -> None:
        self.leaks = 0
        self._suspects: deque[float] = deque(maxlen=_SUSPECTS_MAX)
        """When packets came from people of another place."""
        self._moved_at = float("-inf")

    def moved(self, now: float) -> None:
        """Somebody's place changed: what was suspect shortly before is explained."""
        self.settle(now)
        self._suspects.clear()
        self._moved_at = now

    def elsewhere(self, now: float) -> None:
        """A packet came from somebody of this room who is in another place."""
        self.settle(now)
        if now - self._moved_at > GRACE_S:
            self._suspects.append(now)

    def stranger(self) -> None:
        """A packet came from another room: nothing explains that."""
        self.leaks += 1

    def settle(self, now: float) -> None:
        """Counts the suspects that no move has explained in time."""
        while self._suspects and now - self._suspects[0] > GRACE_S:
            self._suspects.popleft()
            self.leaks += 1
