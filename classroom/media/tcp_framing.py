"""Datagrams over a byte stream, and what waits to be written to a slow one. Sans-I/O.

Each frame is its length in two bytes and then the datagram (RFC 4571 section 2), STUN and DTLS too (RFC 6544 section 3).
"""

from __future__ import annotations

from collections import deque
from typing import Final

HEADER_BYTES: Final = 2
STUN_BELOW: Final = 4
"""First bytes of STUN messages (RFC 7983 section 7)."""


class FrameTooLong(Exception):
    """A frame is announced that is longer than any that is used: what comes is not what we take it for."""


class FrameReader:
    """Cuts a stream into datagrams. Holds one unfinished frame at most."""

    def __init__(self, max_frame_bytes: int) -> None:
        self._max_frame_bytes = max_frame_bytes
        self._rest = b""

    def feed(self, data: bytes) -> list[bytes]:
        """The datagrams that `data` completes. Raises FrameTooLong; then the stream is of no use any more."""
        buffer = self._rest + data if self._rest else data
        frames: list[bytes] = []
        start, end = 0, len(buffer)
        while end - start >= HEADER_BYTES:
            size = buffer[start] << 8 | buffer[start + 1]
            if size > self._max_frame_bytes:
                raise FrameTooLong(size)
            stop = start + HEADER_BYTES + size
            if stop > end:
                break
            frames.append(buffer[start + HEADER_BYTES : stop])
            start = stop
        self._rest = buffer[start:]
        return frames


class SendQueue:
    """What waits for a slow reader: bounded in bytes and in age, as a router's queue would be.

    Media that are late are worth nothing, so the oldest goes first when there is no room. STUN goes before everything else
    and is never too old: it keeps the path alive.
    """

    def __init__(self, max_bytes: int, max_age_s: float) -> None:
        self.dropped = 0
        """Datagrams thrown away since the start."""
        self._max_bytes = max_bytes
        self._max_age_s = max_age_s
        self._urgent: deque[tuple[float, bytes]] = deque()
        self._media: deque[tuple[float, bytes]] = deque()
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._urgent) + len(self._media)

    def push(self, datagram: bytes, now: float) -> None:
        """`now`: monotonic seconds."""
        frame = len(datagram).to_bytes(HEADER_BYTES, "big") + datagram
        self._bytes += len(frame)
        urgent = datagram[0] < STUN_BELOW
        (self._urgent if urgent else self._media).append((now, frame))
        while self._bytes > self._max_bytes:
            self._drop(self._media or self._urgent)

    def take(self, budget_bytes: int, now: float) -> bytes:
        """Whole frames, about so many bytes of them (one at least), that are not too old; empty if there are none."""
        frames: list[bytes] = []
        size = 0
        while size < budget_bytes:
            if self._urgent:
                _, frame = self._urgent.popleft()
            elif self._media:
                if now - self._media[0][0] > self._max_age_s:
                    self._drop(self._media)
                    continue
                _, frame = self._media.popleft()
            else:
                break
            frames.append(frame)
            size += len(frame)
        self._bytes -= size
        return b"".join(frames)

    def _drop(self, queue: deque[tuple[float, bytes]]) -> None:
        _, frame = queue.popleft()
        self._bytes -= len(frame)
        self.dropped += 1
