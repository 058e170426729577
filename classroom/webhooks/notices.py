"""Which messages a room's events are worth. Sans-I/O."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final, Literal, get_args

import msgspec

from rooms.events import ParticipantJoined, ParticipantLeft, Recorded
from rooms.model import Role

EventType = Literal["room.started", "room.ended", "participant.joined", "participant.left"]
EVENT_TYPES: Final[tuple[EventType, ...]] = get_args(EventType)


class NoticedPerson(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    name: str | None = None
    role: Role | None = None


class NoticeData(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    room_id: str
    seq: int
    """Of the room's event: tells what came first."""
    participant: NoticedPerson | None = None
    reason: str | None = None
    """`participant.left`: `left`, `removed`, `expired`, `revoked` or `ended`."""


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The body of a message, as Standard Webhooks recommends it."""

    type: EventType
    timestamp: datetime
    data: NoticeData


def worth_telling(events: Sequence[Recorded]) -> bool:
    return any(isinstance(recorded.event, (ParticipantJoined, ParticipantLeft)) for recorded in events)


def notices(room_id: str, events: Sequence[Recorded], seats_after: int) -> list[Notice]:
    """Of events in order; `seats_after`: how many seats there were after the last of them. A seat is there from joining until
    leaving, or until ten minutes after its connection was lost: a short loss is neither."""
    found: list[Notice] = []
    seats = seats_after
    for recorded in reversed(events):
        event = recorded.event
        if isinstance(event, ParticipantJoined):
            if event.participant.joined_at_ms != recorded.at_ms:
                continue  # taken up again by a new session
            person = NoticedPerson(
                id=event.participant.id, name=event.participant.name, role=event.participant.role
            )
            found.append(_notice("participant.joined", room_id, recorded, person))
            seats -= 1
            if seats == 0:
                found.append(_notice("room.started", room_id, recorded))
        elif isinstance(event, ParticipantLeft):
            if seats == 0:
                found.append(_notice("room.ended", room_id, recorded))
            person = NoticedPerson(id=event.participant_id)
            found.append(_notice("participant.left", room_id, recorded, person, event.reason))
            seats += 1
    return found[::-1]


def message_id(notice: Notice) -> str:
    """The same for the same notice, whenever and wherever it is made."""
    name = f"{notice.data.room_id} {notice.data.seq} {notice.type}"
    return "msg_" + hashlib.sha256(name.encode()).hexdigest()[:32]


def _notice(
    type_: EventType,
    room_id: str,
    recorded: Recorded,
    participant: NoticedPerson | None = None,
    reason: str | None = None,
) -> Notice:
    return Notice(
        type=type_,
        timestamp=datetime.fromtimestamp(recorded.at_ms / 1000, UTC),
        data=NoticeData(room_id=room_id, seq=recorded.seq, participant=participant, reason=reason),
    )
