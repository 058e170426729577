"""The last events of one session, encoded, for a client that comes back."""

from __future__ import annotations

from collections import deque


class History:
    """A bounded run of consecutive events. The frames are shared with other sessions that see the same."""

    def __init__(self, max_events: int, max_bytes: int, seq: int = 0) -> None:
        """`seq`: the last event that the client has already, by its snapshot."""
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._frames: deque[bytes] = deque()
        self._bytes = 0
        self.seq = seq
        """The newest event."""

    @property
    def oldest(self) -> int:
        """The lowest `seq` from which everything later is still here."""
        return self.seq - len(self._frames)

    def append(self, seq: int, frame: bytes) -> None:
        """The event after the newest one. Raises ValueError for any other: the caller lost or repeated one (a
        bug)."""
        if seq != self.seq + 1:
            raise ValueError(f"event {seq} does not follow {self.seq}")
        self.seq = seq
        self._frames.append(frame)
        self._bytes += len(frame)
        while len(self._frames) > self._max_events or (self._bytes > self._max_bytes and self._frames):
            self._bytes -= len(self._frames.popleft())

    def since(self, seq: int) -> tuple[bytes, ...] | None:
        """The frames of events `seq + 1` and later; None if some are gone, or `seq` never was."""
        if not self.oldest <= seq <= self.seq:
            return None
        return tuple(self._frames)[seq - self.oldest :]

    def restart(self, seq: int) -> None:
        """Forgets everything: the client has a snapshot at `seq`."""
        self._frames.clear()
        self._bytes = 0
        self.seq = seq
