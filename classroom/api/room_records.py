"""What is kept of a room among the records, which goes with the room."""

from __future__ import annotations

from classroom.api import given, lives
from classroom.records.base import Records
from classroom.webhooks.outbox import Outbox


class RoomRecords:
    """See `classroom.retention.RoomStore`."""

    def __init__(self, records: Records) -> None:
        self._records = records

    async def erase(self, room_id: str) -> None:
        await given.forget_room(self._records, room_id)
        await lives.forget_room(self._records, room_id)
        await Outbox(self._records).forget_room(room_id)
