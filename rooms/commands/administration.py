"""What whoever runs the server does to a room, from outside it: never given by the wire."""

from __future__ import annotations

from typing import Annotated

import msgspec

from rooms.commands.base import Command, Id
from rooms.commands.moderation import SetRules


class RevokeInvitation(Command, frozen=True, tag="invitation.revoke"):
    """This invitation lets nobody in any more. `participant_ids`: who is here by it, and goes."""

    invitation: Id
    """Its `jti`."""
    until_s: int
    """Unix time of its end, after which the revocation can be forgotten."""
    participant_ids: Annotated[tuple[Id, ...], msgspec.Meta(max_length=100)] = ()


class EndMeeting(Command, frozen=True, tag="meeting.end"):
    """Everybody goes, from the lobby too. The room stays, and may be entered again."""


class ChangeRoom(Command, frozen=True, tag="room.change"):
    """What the room is called, how many seats it has, its rules: all of it at once; None leaves as is. Whoever has a seat keeps
    it, also where there are fewer now."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=120)] | None = None
    capacity: Annotated[int, msgspec.Meta(ge=1)] | None = None
    rules: SetRules | None = None


AdministrationCommand = RevokeInvitation | EndMeeting | ChangeRoom
