"""The vocabulary of a room: the plain data that commands, events, states and snapshots are made of.

Everything here is immutable, has no behaviour beyond derived values, and is declared once: the journal stores
these structs, the wire carries them, and the client's TypeScript types are generated from them.

Times are `*_at_ms`: integer milliseconds of Unix time, always given by the server.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from rooms.activities import AgendaItem, Checkin, Timer

Role = Literal["trainer", "co_trainer", "participant", "observer", "interpreter", "captioner"]
STAFF: frozenset[Role] = frozenset({"trainer", "co_trainer"})

Presence = Literal["joined", "away", "gone"]
"""joined: here. away: the seat is kept, the person stepped out (connected) or dropped (not connected).
gone: no seat."""

Channel = Literal["room", "breakout", "trainers"]
BreakoutMode = Literal["random", "manual", "pairs"]
OddRule = Literal["trio", "trainer"]
"""What happens to the odd person when pairs are made: one trio, or the trainer is the partner."""


class MediaFlags(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """What a participant publishes. The relay forwards nothing whose flag is off."""

    microphone: bool = False
    camera: bool = False
    screen: bool = False


class Participant(msgspec.Struct, frozen=True, kw_only=True):
    """One seat. `id` is stable for a person across sessions, days, browsers (it comes from the
    invitation)."""

    id: str
    name: str
    role: Role
    presence: Presence
    connected: bool
    joined_at_ms: int
    presence_at_ms: int
    media: MediaFlags
    breakout: str | None = None
    """Id of the breakout group the person is in (member or visitor), None in the main room."""
    visiting: bool = False
    """True for staff who visit a group without being a member of it."""


class Hand(msgspec.Struct, frozen=True, kw_only=True):
    participant_id: str
    raised_at_ms: int
    spoken_at_ms: int | None = None
    """When they had had their say with the hand up: they are asked whether they still need it."""


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """Whose turn to speak it is."""

    participant_id: str
    by: str
    given_at_ms: int


ImageType = Literal["image/png", "image/jpeg", "image/webp"]


class ChatImage(msgspec.Struct, frozen=True, kw_only=True):
    """A picture in the chat: what is known of it; its bytes are kept beside the room, under `id`."""

    id: str
    """Random: nobody guesses one."""
    media_type: ImageType
    width: int
    height: int
    size_bytes: int
    alt: str = ""
    """What the sender says it shows, for those who do not see it."""


class ChatMessage(msgspec.Struct, frozen=True, kw_only=True):
    """`id` is the `seq` of the event that posted it. The sender's name is kept: messages outlive seats."""

    id: int
    sender_id: str
    sender_name: str
    channel: Channel
    text: str
    at_ms: int
    breakout: str | None = None
    """For channel "breakout": the group it was said in."""
    to: str | None = None
    """For channel "trainers": the participant whose private thread with the trainers this belongs to."""
    broadcast: bool = False
    """True for a trainer's message to everybody, shown over whatever people do."""
    reply_to: int | None = None
    """The message that is answered: of the same conversation; it may have left the history since."""
    mentions: tuple[str, ...] = ()
    """Ids of the people whom the text calls by name; all of them read it."""
    images: tuple[ChatImage, ...] = ()
    edited_at_ms: int | None = None
    deleted_by: str | None = None
    """Who deleted it. Text, images and mentions are then gone; its place stays."""


class Help(msgspec.Struct, frozen=True, kw_only=True):
    """A call for help: a group's (seen by staff and by the group) or a person's own (by staff and them)."""

    participant_id: str
    called_at_ms: int
    stuck: bool = False
    """The person said so in a check-in; saying something else takes the call back."""
    coming: str | None = None
    """The trainer who said "I am coming"."""


class Group(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    """Unique in the room's whole life: messages outlive the group they were said in."""
    name: str
    """As the trainer typed it. Groups that the server makes are named "1", "2", …: interfaces add their
    word."""
    members: tuple[str, ...]
    """Ids of the people assigned, present or not; visitors are not members."""
    help: Help | None = None


class Breakouts(msgspec.Struct, frozen=True, kw_only=True):
    """One opened round of breakouts."""

    round: int
    """1 for the first round of the room, then 2, 3, …"""
    mode: BreakoutMode
    groups: tuple[Group, ...]
    instruction: str
    opened_at_ms: int
    ends_at_ms: int | None
    """When everybody returns by itself; None: until a trainer closes."""
    odd: OddRule = "trio"


class GlossaryTerm(msgspec.Struct, frozen=True, kw_only=True):
    """A word of the trade, explained by a trainer."""

    id: str
    """Unique in the room's whole life."""
    term: str
    meaning: str


class Constraints(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """Pairs of people, by id, for groups that the server makes."""

    apart: tuple[tuple[str, ...], ...] = ()
    together: tuple[tuple[str, ...], ...] = ()


class SavedGroup(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    members: tuple[str, ...]


class GroupSet(msgspec.Struct, frozen=True, kw_only=True):
    """Groups that staff keep for another day."""

    name: str
    mode: BreakoutMode
    groups: tuple[SavedGroup, ...]
    saved_at_ms: int


class CompanyOffer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody is alone in their group, and may go to another one."""

    participant_id: str
    group: str
    at_ms: int


class Rules(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """What staff allow the participants (`rooms.rules` says what each means), and who may come in."""

    unmute: bool = True
    """Participants may turn their microphone on in the main room."""
    screen: bool = True
    """Participants may share their screen."""
    chat: bool = True
    """Participants may write to the whole room."""
    locked: bool = False
    """Nobody comes in who has not been here before."""
    lobby: bool = False
    """Whoever has not been here before waits until staff admit them."""


RoomLayout = Literal["gallery", "speaker", "screen"]
"""How a trainer arranges everybody's pictures: all alike, whoever speaks large, a shared screen large."""


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in the lobby. They see nothing of the room, and hold no seat."""

    participant_id: str
    name: str
    role: Role
    since_at_ms: int
    gone_at_ms: int | None = None
    """Since when their connection is lost; they keep their rank for a short while. None: they are there."""


class KeptOut(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who was removed: their seat is refused until staff let them back in."""

    participant_id: str
    name: str
    at_ms: int


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What one viewer sees of a room at `seq`. Snapshot + later events (as viewed) = later snapshot."""

    room_id: str
    name: str
    seq: int
    you: str
    participants: tuple[Participant, ...]
    """In the order of joining. Those who are gone are not listed."""
    hands: tuple[Hand, ...]
    """The queue: first raised, first listed."""
    chat: tuple[ChatMessage, ...]
    """The messages this viewer may read, oldest first, bounded."""
    spotlight: str | None
    voice_broadcast: str | None
    """The trainer who is heard in every breakout at once."""
    breakouts: Breakouts | None
    floor: Floor | None = None
    help: tuple[Help, ...] = ()
    """People's own calls for help, oldest first: all for staff, else only the viewer's."""
    checkin: Checkin | None = None
    """With those answers that the viewer may see."""
    agenda: tuple[AgendaItem, ...] = ()
    timer: Timer | None = None
    glossary: tuple[GlossaryTerm, ...] = ()
    """In the order in which they were first explained."""
    rules: Rules = Rules()
    layout: RoomLayout | None = None
    """The layout that a trainer has set for everybody; None: each person chooses."""
    lobby: tuple[Waiting, ...] = ()
    """Staff only: who waits to be let in, first come first."""
    kept_out: tuple[KeptOut, ...] = ()
    """Staff only: who was removed, the latest last."""
    last_round: Breakouts | None = None
    """The groups as they were when they were last closed: "the same again"."""
    offers: tuple[CompanyOffer, ...] = ()
    """Who is alone and may go where: all for staff, else the viewer's own."""
    constraints: Constraints = Constraints()
    """Staff only."""
    group_sets: tuple[GroupSet, ...] = ()
    """Staff only: in the order of saving."""
