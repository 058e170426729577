"""What was refused and what ended, counted by stable code: one for all sessions and connections of a process."""

from __future__ import annotations

from collections import Counter


class Tally:
    """Counts since the start."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()
        """Requests refused, by `rooms.commands.Refusal` or `ErrorCode`."""
        self.hellos: Counter[str] = Counter()
        """Connections refused before they had a session, by `ErrorCode`."""
        self.faults: Counter[str] = Counter()
        """Sessions' connections ended because of what came over them, by `ErrorCode`."""
        self.closed: Counter[str] = Counter()
        """Connections that are over: by `ErrorCode`; LOST, where only the socket went; PASSED_ON."""


LOST = "lost"
PASSED_ON = "passed_on"
"""To the node that owns the room; the socket lives."""
