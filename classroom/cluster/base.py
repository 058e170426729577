"""Who owns a room: the interface that rooms are loaded under, and what can go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """A node as others reach it."""

    node_id: str
    url: str
    """Base of its web server, as nodes reach each other: `http://10.0.0.2:8080`."""
    claim: bool = False
    """It does not own the room yet: it is to take it."""


class OwnedElsewhere(Exception):
    """Another node owns the room; `place` says which."""

    def __init__(self, place: Place) -> None:
        super().__init__(place.node_id)
        self.place = place


class OwnershipUnknown(Exception):
    """Nobody can say now who owns the room: the coordinator does not answer, or it is changing hands."""


class Hold(Protocol):
    """A room that this node owns."""

    @property
    def token(self) -> int:
        """The fencing token: higher than every earlier owner's."""

    @property
    def proven(self) -> bool:
        """Whether nobody else can own the room now. While False nothing durable may be decided."""


class Ownership(Protocol):
    """Used from one event loop."""

    async def claim(self, room_id: str) -> Hold:
        """Makes this node the room's owner, or finds that it is. Raises OwnedElsewhere, OwnershipUnknown, RoomNotFound."""

    async def release(self, room_id: str, hold: Hold) -> None:
        """Gives up what `claim` gave, so that others may claim it at once. Never raises."""
