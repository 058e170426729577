"""Makes requests idempotent by their `ref`: each is executed at most once, and its reply can be had again.

A client that resumes repeats every request whose reply it has not seen, with the same `ref`. Replies arrive
in the order in which they were given, so what a client misses are always the last ones, and it may miss no
more than it had waiting: `max_waiting`. Remembering that many (and some) replies is therefore enough for
every client that keeps to the limit.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from enum import Enum

from signaling.errors import ErrorCode


class Fate(Enum):
    """What to do with a request."""

    EXECUTE = "execute"
    WAIT = "wait"
    """It is being executed: its reply will come."""
    REPEAT = "repeat"
    """It was executed: send the remembered reply."""
    TOO_OLD = "too_old"
    """Below the highest `ref` seen and not remembered: never executed (again)."""
    TOO_MANY = "too_many"
    """Too many wait for their replies: refused, and that refusal is remembered."""


class ReplyWindow:
    """The requests of one session by `ref`: those in execution, and the last replies."""

    def __init__(self, max_waiting: int, max_replies: int, max_bytes: int) -> None:
        if max_replies < max_waiting:
            raise ValueError("must remember as many replies as may wait")
        self._max_waiting = max_waiting
        self._max_replies = max_replies
        self._max_bytes = max_bytes
        self._highest = 0
        self._waiting: set[int] = set()
        self._replies: OrderedDict[int, bytes] = OrderedDict()
        self._bytes = 0

    def restore(self, replies: Iterable[tuple[int, bytes]], *, complete: bool) -> None:
        """What a former process has executed: by `ref`, ascending, with the replies. `complete`: it executed nothing before
        these, so that any other `ref` may be executed; otherwise older ones are too old."""
        for ref, frame in replies:
            if not complete:
                self._highest, complete = ref, True
            self._replies[ref] = frame
            self._bytes += len(frame)

    def admit(self, ref: int) -> Fate:
        """Decides for a request with `ref` > 0. After EXECUTE, exactly one `answer(ref, …)` must follow."""
        if ref in self._waiting:
            return Fate.WAIT
        if ref in self._replies:
            return Fate.REPEAT
        if ref <= self._highest:
            return Fate.TOO_OLD
        self._highest = ref
        if len(self._waiting) >= self._max_waiting:
            return Fate.TOO_MANY
        self._waiting.add(ref)
        return Fate.EXECUTE

    def knows(self, ref: int) -> bool:
        """Whether `ref` waits for its reply, or has one that is remembered, or is too old."""
        return ref <= self._highest

    def skip(self, ref: int) -> None:
        """Notes a `ref` whose request is not kept here (refused before execution, or harmless to repeat)."""
        self._highest = max(self._highest, ref)

    def answer(self, ref: int, frame: bytes) -> None:
        """Remembers the encoded reply; the oldest ones give way."""
        self._waiting.discard(ref)
        self._highest = max(self._highest, ref)
        self._bytes += len(frame) - len(self._replies.pop(ref, b""))
        self._replies[ref] = frame
        while len(self._replies) > self._max_replies or (
            self._bytes > self._max_bytes and len(self._replies) > 1
        ):
            _, oldest = self._replies.popitem(last=False)
            self._bytes -= len(oldest)

    def reply(self, ref: int) -> bytes:
        """The remembered reply. Raises KeyError."""
        return self._replies[ref]

    @property
    def waiting(self) -> frozenset[int]:
        return frozenset(self._waiting)


REFUSALS: dict[Fate, ErrorCode] = {
    Fate.TOO_OLD: ErrorCode.REF_TOO_OLD,
    Fate.TOO_MANY: ErrorCode.RATE_LIMITED,
}
