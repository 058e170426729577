"""Who may read and write which shared note. The texts themselves are no part of a room's state: see docs/decisions.md."""

from __future__ import annotations

from typing import Final

from rooms.errors import Refused
from rooms.model import Role
from rooms.state import RoomState, is_staff

ROOM_NOTE: Final = "room"
"""The note of the whole room; every other is named by the id of its group."""
READS_ONLY: Final[frozenset[Role]] = frozenset({"observer"})


def may_read(state: RoomState, participant_id: str, note: str) -> bool:
    """The room's note: everybody. A group's: who is in the group now, and staff, after the group's end too."""
    seat = state.seat(participant_id)
    if seat is None:
        return False
    return note == ROOM_NOTE or is_staff(seat) or seat.breakout == note


def check_read(state: RoomState, participant_id: str, note: str) -> None:
    """Raises `Refused`: "not_here" (no seat), "not_allowed"."""
    if state.seat(participant_id) is None:
        raise Refused("not_here")
    if not may_read(state, participant_id, note):
        raise Refused("not_allowed")


def check_write(state: RoomState, participant_id: str, note: str) -> None:
    """As `check_read`, and observers write nothing."""
    check_read(state, participant_id, note)
    if state.seat_or_refuse(participant_id).role in READS_ONLY:
        raise Refused("not_allowed")


def check_list(state: RoomState, participant_id: str) -> None:
    """Raises `Refused("not_allowed")` for all but staff."""
    if not is_staff(state.seat(participant_id)):
        raise Refused("not_allowed")


def name_of(state: RoomState, note: str) -> str | None:
    """What a note is called when it is begun: as its group; None: there is no such group (any more)."""
    if note == ROOM_NOTE:
        return ""
    group = state.group(note)
    return None if group is None else group.name


def is_past(state: RoomState, note: str) -> bool:
    """Whether a group of this id was opened in the room's life and is no more. Ids are `round-number`."""
    round_, _, number = note.partition("-")
    return round_.isdecimal() and number.isdecimal() and 0 < int(round_) <= state.breakout_round
