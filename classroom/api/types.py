"""What the API takes and gives: the structs that its OpenAPI description is made from. Times are RFC 3339, UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Final, Literal

import msgspec

from classroom.webhooks.notices import EventType
from rooms import model
from rooms.model import BreakoutMode, Role

PAGE_MAX: Final = 200
Limit = Annotated[int, msgspec.Meta(ge=1, le=PAGE_MAX, description="How many at most.")]
Cursor = Annotated[
    str,
    msgspec.Meta(max_length=400, description="`next_cursor` of the page before; without it, the first page."),
]
RoomName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=120, description="One line with something visible in it.")
]
Seats = Annotated[int, msgspec.Meta(ge=2, le=100, description="Seats at most.")]
RoomId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


class Taken(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of what is taken in: unknown fields are refused."""


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """Base of what is answered: fields may be added in time."""


class PageQuery(Taken, frozen=True):
    cursor: Cursor | None = None
    limit: Limit = 50


# --- rooms ---------------------------------------------------------------------------------------------------


class RoomDraft(Taken, frozen=True):
    name: RoomName
    capacity: Seats | None = None


class Room(Given, frozen=True):
    id: RoomId
    name: str
    created_at: datetime
    last_used_at: datetime


class RoomPage(Given, frozen=True):
    items: tuple[Room, ...]
    next_cursor: str | None


class RoomRules(Given, frozen=True):
    """As in the room's own "Room rules"."""

    unmute: bool
    screen: bool
    chat: bool
    locked: bool
    lobby: bool


class RoomDetails(Given, frozen=True):
    id: RoomId
    name: str
    created_at: datetime
    last_used_at: datetime
    capacity: int
    rules: RoomRules
    people: int
    """Who is connected now."""
    waiting: int
    """In the lobby."""


class RulesChange(Taken, frozen=True):
    unmute: bool | None = None
    screen: bool | None = None
    chat: bool | None = None
    locked: bool | None = None
    lobby: bool | None = None


class RoomChange(Taken, frozen=True):
    """What is named is set, all of it or nothing; what is not named stays as it is."""

    name: RoomName | None = None
    capacity: Seats | None = None
    """Fewer than are seated sends nobody away: nobody new comes in."""
    rules: RulesChange | None = None


# --- people --------------------------------------------------------------------------------------------------


class Person(Given, frozen=True):
    """A seat."""

    participant_id: str
    name: str
    role: Role
    presence: model.Presence
    connected: bool
    joined_at: datetime
    breakout: str | None
    """The group, by name; null: the main room."""


class People(Given, frozen=True):
    items: tuple[Person, ...]


class Removed(Given, frozen=True):
    """Somebody who is kept out."""

    participant_id: str
    name: str
    removed_at: datetime


class RemovedPeople(Given, frozen=True):
    items: tuple[Removed, ...]


class Health(Given, frozen=True):
    ready: bool
    rooms: int
    """In memory, on this node."""
    sessions: int
    loop_lag_ms: float
    """How late the event loop was lately, at worst."""


# --- invitations ---------------------------------------------------------------------------------------------

PersonName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=80, description="With something visible in it.")
]
SeatId = Annotated[
    str,
    msgspec.Meta(
        pattern="^[A-Za-z0-9_-]{1,64}$", description="A participant id that exists, or one of your own."
    ),
]


class InvitationDraft(Taken, frozen=True):
    """For one person (`name`), or one link for many (`group`): one of the two."""

    role: Role = "participant"
    name: PersonName | None = None
    group: bool = False
    participant_id: SeatId | None = None
    """The seat of `name`: two links to one seat are one person."""
    days: Annotated[int, msgspec.Meta(ge=1, le=366)] = 30
    until: Annotated[datetime, msgspec.Meta(tz=True)] | None = None
    """In place of `days`."""


class Invitation(Given, frozen=True):
    id: str
    room_id: RoomId
    role: Role
    group: bool
    name: str | None
    participant_id: str | None
    """Null: each browser of a group gets one of its own."""
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class NewInvitation(Invitation, frozen=True):
    link: str
    """Whoever has it comes in: it is told this once."""


class InvitationPage(Given, frozen=True):
    items: tuple[Invitation, ...]
    next_cursor: str | None


# --- groups prepared beforehand ------------------------------------------------------------------------------

PlanName = Annotated[
    str, msgspec.Meta(min_length=1, max_length=60, description="One line with something visible in it.")
]
ParticipantId = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class PlannedGroup(Taken, frozen=True):
    name: PlanName
    members: Annotated[tuple[ParticipantId, ...], msgspec.Meta(max_length=100)]
    """Participant ids; they need no seat yet."""


class PlanDraft(Taken, frozen=True, kw_only=True):
    name: PlanName
    mode: BreakoutMode = "manual"
    """`pairs`: rounds go on from here."""
    groups: Annotated[tuple[PlannedGroup, ...], msgspec.Meta(min_length=1, max_length=50)]


class PlanQuery(Taken, frozen=True):
    name: Annotated[str, msgspec.Meta(max_length=60)]


class Plan(Given, frozen=True):
    name: str
    mode: BreakoutMode
    groups: tuple[PlannedGroup, ...]
    saved_at: datetime


class Plans(Given, frozen=True):
    items: tuple[Plan, ...]


# --- attendance ----------------------------------------------------------------------------------------------

Time = Annotated[datetime, msgspec.Meta(tz=True)]


class AttendanceQuery(Taken, frozen=True):
    since: Time | None = None
    until: Time | None = None
    format: Literal["json", "csv"] = "json"


class Span(Given, frozen=True):
    since: datetime
    until: datetime | None
    """Null: still here."""


class Presence(Given, frozen=True):
    """One person's."""

    participant_id: str
    name: str
    role: Role
    minutes: float
    stays: tuple[Span, ...]


class Attendance(Given, frozen=True):
    kept_since: datetime | None
    """The oldest event that is kept: of what was before, nothing is known."""
    items: tuple[Presence, ...]


# --- webhooks ------------------------------------------------------------------------------------------------


class WebhookDraft(Taken, frozen=True):
    url: Annotated[
        str, msgspec.Meta(min_length=1, max_length=500, description="https, and a public address.")
    ]
    events: Annotated[tuple[EventType, ...], msgspec.Meta(min_length=1, max_length=20)]


class NewWebhook(Given, frozen=True):
    id: str
    url: str
    events: tuple[EventType, ...]
    created_at: datetime
    secret: str
    """Signs the messages; told this once."""


class Webhook(Given, frozen=True):
    id: str
    url: str
    events: tuple[EventType, ...]
    created_at: datetime
    ended: bool
    """The receiver answered 410: it wants no more."""
    waiting: int
    """Messages that were not delivered yet."""


class Webhooks(Given, frozen=True):
    items: tuple[Webhook, ...]
