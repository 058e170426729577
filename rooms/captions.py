"""Who may put what they or others say in writing, live, and who reads it. The lines themselves are kept nowhere for good."""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from rooms.errors import Refused
from rooms.model import Role
from rooms.permissions import MAY_PUBLISH
from rooms.rules import check_media
from rooms.state import RoomState

CaptionKind = Literal["captioner", "speech", "typing"]
WRITES_FOR_OTHERS: Final[frozenset[Role]] = frozenset({"captioner"})


def check_write(state: RoomState, participant_id: str, kind: CaptionKind) -> None:
    """Typing and recognised speech are ways to speak: for whoever may turn a microphone on now. Raises `Refused`:
    "not_here", "not_allowed", "microphone_forbidden"."""
    seat = state.seat(participant_id)
    if seat is None or not seat.connected:
        raise Refused("not_here")
    allowed = (
        seat.role in WRITES_FOR_OTHERS if kind == "captioner" else "microphone" in MAY_PUBLISH[seat.role]
    )
    if not allowed:
        raise Refused("not_allowed")
    if kind != "captioner":
        check_media(state, seat, replace(seat.media, microphone=True))


def audience(state: RoomState, participant_id: str) -> frozenset[str]:
    """Who reads what this person writes: everybody in the same place, as with a voice; everybody at all while the voice that is
    broadcast to all groups comes from there."""
    seat = state.seat_or_refuse(participant_id)
    speaker = None if state.voice_broadcast is None else state.seat(state.voice_broadcast)
    if speaker is not None and speaker.breakout == seat.breakout:
        writes_for_it = speaker.id == seat.id or seat.role in WRITES_FOR_OTHERS
        if writes_for_it:
            return frozenset(one.id for one in state.participants)
    return frozenset(one.id for one in state.people_in(seat.breakout))
