"""What one node asks of another that owns a room, for a program that came to the wrong one."""

from __future__ import annotations

from typing import Final

import msgspec

from rooms import commands
from rooms.commands import (
    ChangeRoom,
    EndMeeting,
    ForgetGroups,
    ReadmitParticipant,
    RemoveParticipant,
    SaveGroups,
)
from rooms.model import GroupSet, KeptOut, Participant, Rules

PATH: Final = "/cluster/room"
PURPOSE: Final = "errand"
ANSWER_S: Final = 8.0
MAX_BYTES: Final = 1024 * 1024
"""Of an errand or its answer."""


class Look(msgspec.Struct, frozen=True, tag="look"):
    """How is the room now?"""


class Give(msgspec.Struct, frozen=True, tag="give"):
    """Do this."""

    command: SaveGroups | ForgetGroups | ChangeRoom | EndMeeting | RemoveParticipant | ReadmitParticipant


class Revoke(msgspec.Struct, frozen=True, tag="revoke"):
    """Take an invitation back, and send away whoever is in the room by it."""

    invitation: str
    until_s: int


class Erase(msgspec.Struct, frozen=True, tag="erase"):
    """Take the room and all of it away."""


Errand = Look | Give | Revoke | Erase


class RoomReport(msgspec.Struct, frozen=True, kw_only=True):
    """A room as the API shows it."""

    name: str
    capacity: int
    rules: Rules
    participants: tuple[Participant, ...]
    groups: dict[str, str]
    """Of the running round: group id to name."""
    waiting: int
    group_sets: tuple[GroupSet, ...]
    kept_out: tuple[KeptOut, ...]


class Done(msgspec.Struct, frozen=True, tag="done"):
    report: RoomReport | None = None
    """To `Look`."""


class Refusal(msgspec.Struct, frozen=True, tag="refused"):
    """By the room: a code of `rooms.commands.Refusal`."""

    code: commands.Refusal


class Missing(msgspec.Struct, frozen=True, tag="missing"):
    """There is no such room."""


class NotHere(msgspec.Struct, frozen=True, tag="not_here"):
    """The room is not this node's, or cannot be had now: look again."""


Outcome = Done | Refusal | Missing | NotHere

errands: Final[msgspec.msgpack.Decoder[Errand]] = msgspec.msgpack.Decoder(Errand)
outcomes: Final[msgspec.msgpack.Decoder[Outcome]] = msgspec.msgpack.Decoder(Outcome)
