"""A room's entry in the journal's list."""

from __future__ import annotations

from classroom.journal.base import Journal, RoomListing, RoomNotFound


async def find(journal: Journal, room_id: str) -> RoomListing:
    """Raises RoomNotFound, JournalUnavailable."""
    for listing in await journal.rooms():
        if listing.room_id == room_id:
            return listing
    raise RoomNotFound(room_id)
