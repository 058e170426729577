"""What the ops page is given, as JSON: declared once here; the page's types are generated from it (classroom/typescript.py).

Times are Unix milliseconds; what lasts is told by its beginning, so that nothing changes while nothing changes.
"""

from __future__ import annotations

import msgspec

from classroom.ops.person import Ill
from classroom.ops.timeline import Entry
from classroom.ops.trouble import Complaint, Status
from rooms.model import Role
from signaling.messages import Layer, MediaPath, MediaWay, PublicationKind, QualityReason, Rating


class NodeView(msgspec.Struct, frozen=True, kw_only=True):
    node_id: str
    url: str
    answers: bool
    """False: asked, and did not answer in time; the rest is what it last said of itself."""
    draining: bool
    rooms: int
    sessions: int
    loop_lag_ms: float | None = None
    """The worst of the last minute; None: it does not answer."""
    cpu: float | None = None
    """Of one core."""
    memory_bytes: int | None = None
    uptime_s: int | None = None
    redis: bool | None = None
    """Whether it reaches Redis; None: it needs none."""


class RoomRow(msgspec.Struct, frozen=True, kw_only=True):
    room_id: str
    name: str
    node_id: str
    status: Status
    score: float
    complaints: tuple[Complaint, ...]
    people: int
    missing: int
    hand_since_ms: int | None
    help_since_ms: int | None
    first_word_ms: int | None
    lost_minutes: float
    trend: tuple[float, ...]
    """Trouble, one value a minute, the last hour."""


class Counts(msgspec.Struct, kw_only=True):
    rooms: int = 0
    people: int = 0
    missing: int = 0
    serious: int = 0
    trouble: int = 0
    attention: int = 0
    fine: int = 0

    def add(self, other: Counts) -> None:
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class NodeOverview(msgspec.Struct, frozen=True, kw_only=True):
    """One node's part of the overview."""

    node: NodeView
    counts: Counts
    """Of all its rooms, whatever was asked for."""
    found: int
    """How many rooms answer the question."""
    rooms: tuple[RoomRow, ...]
    """The worst of them."""


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Whose page it is."""

    name: str
    may_act: bool
    until_ms: int


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    you: Access
    cluster: bool
    nodes: tuple[NodeView, ...]
    counts: Counts
    found: int
    offset: int
    rooms: tuple[RoomRow, ...]


class WayView(msgspec.Struct, frozen=True, kw_only=True):
    rating: Rating
    mos: float
    loss: float
    reasons: tuple[QualityReason, ...] = ()


class PersonRow(msgspec.Struct, frozen=True, kw_only=True):
    participant_id: str
    name: str
    role: Role
    connected: bool
    away: bool
    since: dict[Ill, int]
    path: MediaPath
    way: MediaWay | None
    sending: WayView | None
    receiving: WayView | None
    round_trip_ms: float | None
    first_word_ms: int | None
    lost_minutes: float
    hand_since_ms: int | None = None
    help_since_ms: int | None = None
    gone_at_ms: int | None = None


class RoomView(msgspec.Struct, frozen=True, kw_only=True):
    room: RoomRow
    people: tuple[PersonRow, ...]
    """Those with a seat, the most troubled first; then those who left, the latest first."""
    people_trend: tuple[float, ...]
    trouble_trend: tuple[float, ...]
    lost_trend: tuple[float, ...]
    """One value a minute, up to four hours; the last minute is not over."""


class PictureView(msgspec.Struct, frozen=True, kw_only=True):
    """One picture that a person receives, or sends in one layer."""

    kind: PublicationKind
    of: str
    """Whose, by name."""
    layer: Layer | None
    paused: bool = False
    bitrate_bps: int | None = None


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    room_id: str
    room_name: str
    node_id: str
    person: PersonRow
    client: str
    """Name and version of the client program."""
    browser: str
    """Browser and its version, system, kind of device: as coarse as that; empty: not told."""
    receives: tuple[PictureView, ...]
    sends: tuple[PictureView, ...]
    readings: dict[str, tuple[float | None, ...]]
    """sending, receiving: mean opinion score; loss_out, loss_in: 0 to 1; round_trip: ms. Every 15 s."""
    timeline: tuple[Entry, ...]
    """Oldest first."""
