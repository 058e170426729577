"""What the API asks of a room: looked at and ordered where the room is, on this node or by way of its owner.

To look at a room loads none: the owner tells of a live one, the journal of any other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from classroom.journal.checkpoint import Checkpoint, advance
from rooms.model import GroupSet, Participant, Rules
from rooms.state import RoomState

if TYPE_CHECKING:
    from classroom.runtime import Runtime


class RoomReport(msgspec.Struct, frozen=True, kw_only=True):
    """A room as the API shows it."""

    name: str
    capacity: int
    rules: Rules
    participants: tuple[Participant, ...]
    groups: dict[str, str]
    """Of the running round: group id to name."""
    waiting: int
    group_sets: tuple[GroupSet, ...]


class Desk:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def look(self, room_id: str) -> RoomReport:
        """Raises RoomNotFound, JournalUnavailable."""
        host = self._runtime.hosts.loaded(room_id)
        if host is not None:
            return report(host.state)
        return await self._kept(room_id)

    async def _kept(self, room_id: str) -> RoomReport:
        """Of a room that is in nobody's memory: nobody is connected, whatever its last process left behind."""
        history = await self._runtime.journal.load(room_id)
        head = history.checkpoint or Checkpoint()
        for recorded in history.events:
            head = advance(head, recorded)
        people = tuple(
            msgspec.structs.replace(person, connected=False, presence="away")
            for person in head.state.participants
        )
        return report(msgspec.structs.replace(head.state, participants=people, lobby=()))


def report(state: RoomState) -> RoomReport:
    round_ = state.breakouts
    return RoomReport(
        name=state.name,
        capacity=state.capacity,
        rules=state.rules,
        participants=state.participants,
        groups={} if round_ is None else {group.id: group.name for group in round_.groups},
        waiting=len(state.lobby),
        group_sets=state.group_sets,
    )
