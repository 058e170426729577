"""What the wiring counts as it happens, because nothing else remembers it. One per process."""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal

from classroom.metrics.distribution import WAITED_S, Distribution

Part = Literal["socket", "http", "api", "node"]
"""Who refuses: before a hello (origin, rate), an HTTP request, the API, another node. What sessions and connections refuse is
counted by `signaling.tally`, datagrams by the media plane."""
Opening = Literal["opened", "resumed", "resynced", "restored"]
"""How somebody came in: afresh; back with what was missed; back with a snapshot; back from another process's session."""
Load = Literal["loaded", "taken_over"]
"""Why a room was read: somebody came; and the process that had it before ended in the middle of it."""
OPENINGS: Final[tuple[Opening, ...]] = ("opened", "resumed", "resynced", "restored")
LOADS: Final[tuple[Load, ...]] = ("loaded", "taken_over")


class Counts:
    """Everything since the start of the process. Times are seconds."""

    def __init__(self) -> None:
        self.refusals: Counter[tuple[Part, str]] = Counter()
        """By part and stable code."""
        self.responses: Counter[int] = Counter()
        """HTTP responses by status."""
        self.openings: Counter[Opening] = Counter()
        self.sessions_expired = 0
        self.room_loads: Counter[Load] = Counter()
        self.room_failures = 0
        """Rooms that met a bug."""
        self.journal_failures = 0
        """Times that the journal did not take what was decided."""
        self.frames_received = self.frames_sent = 0
        self.bytes_received = self.bytes_sent = 0
        """Of WebSocket messages, without their headers."""
        self.join_s = Distribution(WAITED_S)
        """From a hello to its welcome, but for what a trainer makes somebody wait in the lobby."""
        self.commit_s = Distribution(WAITED_S)
        """From the decision about a command until its events are kept and shown."""
        self.request_s: dict[str, Distribution] = {}
        """By type of message: from the request until it is answered."""

    def refused(self, part: Part, code: str) -> None:
        """`code`: stable, of a few that there are."""
        self.refusals[part, code] += 1

    def answered(self, message_type: str, seconds: float) -> None:
        """`message_type`: of those that the protocol has."""
        distribution = self.request_s.get(message_type)
        if distribution is None:
            distribution = self.request_s[message_type] = Distribution(WAITED_S)
        distribution.observe(seconds)
