"""Rules of the room, who comes in, and who runs it."""

from __future__ import annotations

from rooms.events.base import EventBody
from rooms.model import KeptOut, Role, RoomLayout, Rules, Waiting


class RulesChanged(EventBody, frozen=True, tag="rules.changed"):
    rules: Rules
    by: str


class LayoutChanged(EventBody, frozen=True, tag="layout.changed"):
    layout: RoomLayout | None
    by: str


class LobbyChanged(EventBody, frozen=True, tag="lobby.changed"):
    """Seen by staff: the whole queue, and who left it how (whoever left by themselves is in neither list)."""

    waiting: tuple[Waiting, ...]
    admitted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


class KeptOutChanged(EventBody, frozen=True, tag="kept_out.changed"):
    """Seen by staff: everybody who is kept out."""

    kept_out: tuple[KeptOut, ...]
    by: str


class RoleChanged(EventBody, frozen=True, tag="participant.role"):
    """What the person may see changes with it: they ask for a fresh snapshot."""

    participant_id: str
    role: Role
    by: str


ModerationEvent = RulesChanged | LayoutChanged | LobbyChanged | KeptOutChanged | RoleChanged
