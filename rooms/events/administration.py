"""What was done to a room from outside it."""

from __future__ import annotations

from rooms.events.base import EventBody


class InvitationRevoked(EventBody, frozen=True, tag="invitation.revoked"):
    """Seen by nobody."""

    invitation: str
    until_s: int


class RoomChanged(EventBody, frozen=True, tag="room.changed"):
    """As `RoomCreated` tells it, from now on."""

    name: str
    capacity: int
