"""What waits to be written to one socket: bounded, in order, with stale state replaced."""

from __future__ import annotations

from collections import OrderedDict


class Outbox:
    """A queue of encoded frames.

    Events and replies are history: each is delivered, or the connection is dropped. A push is state: a newer
    push of the same type takes the place of one still waiting, at the end of the queue, so that it never
    precedes an event that it builds on. A reader that stalls thus costs at most the limits plus one push of
    each type.
    """

    def __init__(self, max_frames: int, max_bytes: int) -> None:
        self._max_frames = max_frames
        self._max_bytes = max_bytes
        self._frames: OrderedDict[int | str, bytes] = OrderedDict()
        self._bytes = 0
        self._next_key = 0

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def waiting_bytes(self) -> int:
        return self._bytes

    def put(self, frame: bytes) -> bool:
        """Queues a frame that must arrive. False: the limits are passed, and the frame was not taken."""
        key, self._next_key = self._next_key, self._next_key + 1
        return self._put(key, frame)

    def put_push(self, name: str, frame: bytes) -> bool:
        """Queues a push in place of a waiting one of the same type. False as in `put`."""
        waiting = self._frames.pop(name, None)
        if waiting is not None:
            self._bytes -= len(waiting)
        return self._put(name, frame)

    def _put(self, key: int | str, frame: bytes) -> bool:
        over = len(self._frames) >= self._max_frames or self._bytes + len(frame) > self._max_bytes
        if over and self._frames:
            return False
        self._frames[key] = frame
        self._bytes += len(frame)
        return True

    def take(self) -> bytes | None:
        """The oldest frame, removed; None when empty."""
        if not self._frames:
            return None
        _, frame = self._frames.popitem(last=False)
        self._bytes -= len(frame)
        return frame

    def clear(self) -> None:
        self._frames.clear()
        self._bytes = 0
