"""What is not kept for ever: chat, the record of what happened (who came and went with it), and rooms that nobody uses.

A pass looks at every room about once an hour. Old messages leave the room by an event (`chat.expired`), so that everybody's
chat stays the same; a checkpoint is kept after that; then the events from before are removed from the journal, beyond
recovery. A room that has not been used for longer is erased whole, with its notes and images. A room that another node owns
is that node's business.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple, Protocol

from classroom import logs
from classroom.cluster.base import OwnedElsewhere, Ownership, OwnershipUnknown
from classroom.hosts import RoomFailed, RoomHosts, TooManyRooms
from classroom.journal.base import Journal, JournalFull, JournalUnavailable, RoomListing, RoomNotFound
from rooms.commands import Tick

log = logs.get("retention")

EVERY_S: Final = 3_600.0
DAY_MS: Final = 86_400_000


class Due(NamedTuple):
    """What is old of one room."""

    listing: RoomListing
    whole: bool
    """Nobody has used it for too long: it goes, with all of it, unless it is in memory."""
    before_ms: int | None
    """Else what happened before then goes; None: nothing."""


def due(
    listings: Iterable[RoomListing], now_ms: int, history_days: int | None, room_days: int | None
) -> list[Due]:
    """What a pass at this time takes away. None: kept for ever."""
    found = []
    for listing in listings:
        whole = room_days is not None and listing.last_at_ms <= now_ms - room_days * DAY_MS
        before_ms = None if history_days is None else now_ms - history_days * DAY_MS
        if before_ms is None or listing.oldest_at_ms is None or listing.oldest_at_ms >= before_ms:
            before_ms = None
        if whole or before_ms is not None:
            found.append(Due(listing, whole, before_ms))
    return found


class RoomStore(Protocol):
    """What keeps things of rooms beside the journal."""

    async def erase(self, room_id: str) -> None:
        """Removes all that is kept of a room. Raises JournalFull, JournalUnavailable, OSError."""


class Retention:
    """One per process. `history_days`, `room_days`: None keeps for ever. `beside`: what else is erased with a room."""

    def __init__(
        self,
        journal: Journal,
        hosts: RoomHosts,
        ownership: Ownership,
        *,
        history_days: int | None,
        room_days: int | None,
        beside: Sequence[RoomStore] = (),
    ) -> None:
        self._journal = journal
        self._hosts = hosts
        self._ownership = ownership
        self._history_days = history_days
        self._room_days = room_days
        self._beside = tuple(beside)

    async def apply(self, now_ms: int) -> None:
        """One pass. Never raises: what could not be done is done by a later one."""
        try:
            listings = await self._journal.rooms()
        except JournalUnavailable as problem:
            log.warning("retention postponed", problem=str(problem))
            return
        for old in due(listings, now_ms, self._history_days, self._room_days):
            room_id = old.listing.room_id
            try:
                await self._take_away(old)
            except (OwnedElsewhere, OwnershipUnknown, RoomNotFound, TooManyRooms):
                continue
            except (RoomFailed, JournalFull, JournalUnavailable, OSError) as problem:
                log.warning("retention postponed", room=room_id, problem=repr(problem))
            except Exception as bug:
                log.error("retention failed", room=room_id, exc_info=bug)

    async def erase(self, room_id: str) -> None:
        """All of a room that this node owns and has not in memory. Raises JournalFull, JournalUnavailable, OSError."""
        for store in self._beside:  # first: a room that is listed is tried again
            await store.erase(room_id)
        await self._journal.erase(room_id)
        log.info("room erased", room=room_id)

    async def _take_away(self, old: Due) -> None:
        room_id = old.listing.room_id
        if old.whole and self._hosts.loaded(room_id) is None:
            hold = await self._ownership.claim(room_id)
            try:
                await self.erase(room_id)
            finally:
                await self._ownership.release(room_id, hold)
            return
        if old.before_ms is None:
            return
        host = await self._hosts.get(room_id)
        await host.submit(Tick())
        await host.settle()
        gone = await self._journal.forget(room_id, old.before_ms)
        log.info("old events removed", room=room_id, events=gone)
