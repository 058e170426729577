"""What happened to one person, in order: the newest entries, as plain codes that interfaces put into words."""

from __future__ import annotations

from collections import deque
from typing import Final, Literal

import msgspec

ENTRIES: Final = 48

Happening = Literal[
    "joined",
    "rejoined",
    "here_already",
    "lost",
    "resumed",
    "left",
    "removed",
    "revoked",
    "ended",
    "expired",
    "stepped_out",
    "stepped_in",
    "first_word",
    "media_up",
    "media_silent",
    "media_back",
    "moved_address",
    "changed_way",
    "deaf",
    "hears",
    "unheard",
    "heard",
    "restart_asked",
]
"""
here_already: this process met the seat in a room that it loaded; it was in the room on another node, or before a restart.
lost, resumed: the WebSocket. media_*: the path of the media. changed_way: UDP, TCP or TURN, in `detail`.
"""


class Entry(msgspec.Struct, frozen=True):
    at_ms: int
    what: Happening
    detail: str = ""
    """A code: a way of the media, or how many milliseconds it took."""


class Timeline:
    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=ENTRIES)

    def add(self, at_ms: int, what: Happening, detail: str = "") -> None:
        self._entries.append(Entry(at_ms, what, detail))

    def all(self) -> tuple[Entry, ...]:
        """Oldest first."""
        return tuple(self._entries)
