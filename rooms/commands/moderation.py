"""Rules of the room, who comes in, and who runs it: what staff decide, and what the server asks at the door."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from rooms.commands.base import Command, Id
from rooms.model import Role, RoomLayout

GivenRole = Literal["co_trainer", "participant"]
"""The roles that a trainer gives in the room; all others come with invitations."""

# --- given by the server itself ----------------------------------------------------------------------------


class Knock(Command, frozen=True, tag="knock"):
    """Somebody whom the lobby keeps asks to come in. Again by the same person: they are back, in their rank."""

    participant_id: Id
    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    role: Role


class Unknock(Command, frozen=True, tag="unknock"):
    """The connection of somebody in the lobby was lost."""

    participant_id: Id


# --- on the wire -------------------------------------------------------------------------------------------


class SetRules(Command, frozen=True, tag="rules.set"):
    """Staff: change some of the room's rules; None leaves as is. Forbidding screens ends those that
    participants share; no longer having a lobby admits everybody in it."""

    unmute: bool | None = None
    screen: bool | None = None
    chat: bool | None = None
    locked: bool | None = None
    lobby: bool | None = None


class SetLayout(Command, frozen=True, tag="layout.set"):
    """Staff: arrange everybody's pictures, or (None) leave it to each person."""

    layout: RoomLayout | None


class AdmitFromLobby(Command, frozen=True, tag="lobby.admit"):
    """Staff: let somebody in, or (None) everybody who waits."""

    participant_id: Id | None


class RefuseFromLobby(Command, frozen=True, tag="lobby.refuse"):
    """Staff: send somebody away from the lobby. They may ask again."""

    participant_id: Id


class ReadmitParticipant(Command, frozen=True, tag="participant.readmit"):
    """Staff: somebody who was removed may come back in."""

    participant_id: Id


class SetRole(Command, frozen=True, tag="participant.set_role"):
    """Trainers: make a participant a co-trainer, or take it back. It holds when the person comes again."""

    participant_id: Id
    role: GivenRole


ModerationCommand = SetRules | SetLayout | AdmitFromLobby | RefuseFromLobby | ReadmitParticipant | SetRole
"""Those that a client may send."""
