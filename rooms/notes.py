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
    """The room's note: everybody. A group's: staff, whoever is in the group now, and whoever was in it when the last round
    ended, until the next one does."""
    seat = state.seat(participant_id)
    if seat is None:
        return False
    return (
        note == ROOM_NOTE or is_staff(seat) or seat.breakout == note or _was_in(state, participant_id, note)
    )


def _was_in(state: RoomState, participant_id: str, note: str) -> bool:
    groups = () if state.last_round is None else state.last_round.groups
    return any(group.id == note and participant_id in group.members for group in groups)


def check_read(state: RoomState, participant_id: str, note: str) -> None:
    """Raises `Refused`: "not_here" (no seat), "not_allowed"."""
    if state.seat(participant_id) is None:
        raise Refused("not_here")
    if not may_read(state, participant_id, note):
        raise Refused("not_allowed")


def check_write(state: RoomState, participant_id: str, note: str) -> None:
    """As `check_read`, and observers write nothing; the notes of a group that is no more are only read."""
    check_read(state, participant_id, note)
    seat = state.seat_or_refuse(participant_id)
    if seat.role in READS_ONLY or not (note == ROOM_NOTE or is_staff(seat) or seat.breakout == note):
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
