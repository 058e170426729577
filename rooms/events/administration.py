"""What was done to a room from outside it."""

from __future__ import annotations

from rooms.events.base import EventBody


class InvitationRevoked(EventBody, frozen=True, tag="invitation.revoked"):
    """Seen by nobody."""

    invitation: str
    until_s: int
