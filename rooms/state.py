"""Everything the server knows of one room, as immutable plain data.

`rooms.room.apply` makes the next state from this one and an event; nothing else makes one. The structs are
msgspec's, so that a journal can keep a state beside its events (`msgspec.to_builtins` and `msgspec.convert`
give it back unchanged).
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from rooms.activities import AgendaItem, Checkin, Timer
from rooms.errors import Refused
from rooms.model import (
    STAFF,
    Breakouts,
    ChatImage,
    ChatMessage,
    CompanyOffer,
    Constraints,
    Floor,
    GlossaryTerm,
    Group,
    GroupSet,
    Hand,
    Help,
    KeptOut,
    Participant,
    Role,
    RoomLayout,
    Rules,
    Snapshot,
    Waiting,
)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What bounds a room. The server's configuration may set them when it makes the first state of a room."""

    seat_kept_ms: int = 10 * 60_000
    """How long the seat of somebody who dropped is kept."""
    chat_messages: int = 500
    """The bounded history: at most so many messages, of all channels together …"""
    chat_chars: int = 200_000
    """… and at most so many characters. The newest message is always kept."""
    chat_kept_ms: int | None = None
    """How long a message is kept; None: as long as the room."""
    lobby: int = 100
    """How many people may wait in the lobby."""
    lobby_kept_ms: int = 20_000
    """How long the rank of somebody in the lobby whose connection was lost is kept."""
    chat_change_ms: int = 15 * 60_000
    """How long people may edit and delete what they wrote."""
    chat_images_waiting: int = 4
    """Images of one person that are uploaded and not posted; the oldest is given up for one more."""
    chat_image_bytes_each: int = 16 * 1024 * 1024
    """What one person's images may take at a time …"""
    chat_image_bytes: int = 64 * 1024 * 1024
    """… and everybody's. They go with their messages."""


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message of the history, with who may read it where that cannot be told from the message itself."""

    message: ChatMessage
    audience: frozenset[str] | None = None
    """Channel "breakout": the ids of those who were in the group when it was said. None: channel tells."""


class WaitingImage(msgspec.Struct, frozen=True, kw_only=True):
    """Uploaded, and not posted yet."""

    owner: str
    image: ChatImage


NOBODY = ""
"""Who did it, where it was done from outside the room."""

Meetings = dict[str, dict[str, int]]
"""Person → person → in how many rounds the two were in one group. Symmetric; never changed in place."""


class RoomState(msgspec.Struct, frozen=True, kw_only=True):
    """A room after `seq` events. `RoomState()` is the room before its first event (`RoomCreated`).

    `room_id` to `kept_out` are what people may see (calls for help, answers, the lobby and who is kept out
    not everybody); they have the names and types of `Snapshot`'s, so that `rooms.picture` can fold events into both.
    """

    limits: Limits = Limits()
    capacity: int = 0
    room_id: str = ""
    name: str = ""
    seq: int = 0
    participants: tuple[Participant, ...] = ()
    """The seats, in the order of joining."""
    hands: tuple[Hand, ...] = ()
    spotlight: str | None = None
    voice_broadcast: str | None = None
    breakouts: Breakouts | None = None
    floor: Floor | None = None
    help: tuple[Help, ...] = ()
    """People's own calls; their groups' are in `breakouts`."""
    checkin: Checkin | None = None
    agenda: tuple[AgendaItem, ...] = ()
    timer: Timer | None = None
    glossary: tuple[GlossaryTerm, ...] = ()
    rules: Rules = Rules()
    layout: RoomLayout | None = None
    lobby: tuple[Waiting, ...] = ()
    kept_out: tuple[KeptOut, ...] = ()
    last_round: Breakouts | None = None
    offers: tuple[CompanyOffer, ...] = ()
    constraints: Constraints = Constraints()
    group_sets: tuple[GroupSet, ...] = ()

    chat: tuple[StoredMessage, ...] = ()
    """Oldest first; ids ascend."""
    chat_chars: int = 0
    images_waiting: tuple[WaitingImage, ...] = ()
    """In the order of their uploading."""
    stepped_out: frozenset[str] = frozenset()
    """Who said "I am away": a drop and a return do not bring them back."""
    known: tuple[str, ...] = ()
    """Who has been here (or was admitted from the lobby): locks and lobbies are not for them. Bounded; the
    latest last."""
    roles: dict[str, Role] = {}
    """The roles given in the room, which count more than those of invitations. Bounded; never changed in
    place."""
    may_unmute: frozenset[str] = frozenset()
    """Whom staff asked to turn their microphone on: they may, whatever the rules, until it is off again."""
    alone: dict[str, tuple[str, int]] = {}
    """Group id → who is alone there, since when (Unix ms). Never changed in place."""
    breakout_round: int = 0
    """How many rounds of breakouts were opened in the room's life."""
    round_duration_ms: int | None = None
    """How long the running (or last) round was meant to last when it opened."""
    revoked: dict[str, int] = {}
    """Invitations that let nobody in any more: `jti` to the Unix time of their end. Bounded; never changed in place."""
    meetings: Meetings = {}
    """Who has met whom in breakouts; outlives seats."""

    def seat(self, participant_id: str) -> Participant | None:
        for participant in self.participants:
            if participant.id == participant_id:
                return participant
        return None

    def seat_or_refuse(self, participant_id: str) -> Participant:
        """Raises `Refused("unknown_participant")`."""
        participant = self.seat(participant_id)
        if participant is None:
            raise Refused("unknown_participant", participant_id)
        return participant

    def breakouts_or_refuse(self) -> Breakouts:
        """Raises `Refused("breakouts_closed")`."""
        if self.breakouts is None:
            raise Refused("breakouts_closed")
        return self.breakouts

    def group(self, group_id: str | None) -> Group | None:
        if self.breakouts is not None:
            for group in self.breakouts.groups:
                if group.id == group_id:
                    return group
        return None

    def group_or_refuse(self, group_id: str) -> Group:
        """Raises `Refused`: "breakouts_closed" or "unknown_group"."""
        self.breakouts_or_refuse()
        group = self.group(group_id)
        if group is None:
            raise Refused("unknown_group", group_id)
        return group

    def people_in(self, group_id: str | None) -> tuple[Participant, ...]:
        """Who is in this group (members and visitors, dropped ones too), or with None in the main room."""
        return tuple(p for p in self.participants if p.breakout == group_id)


def is_staff(participant: Participant | None) -> bool:
    return participant is not None and participant.role in STAFF


Picture = TypeVar("Picture", RoomState, Snapshot)
"""What `rooms.picture` folds events into."""
