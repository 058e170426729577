"""Until when each process is known to have had a room: written down once a minute while people are in it.

By it attendance knows when people were gone whose server died without a word.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from typing import Any, Final

import msgspec

from classroom import logs
from classroom.api.attendance import Life
from classroom.hosts import RoomHost
from classroom.journal.base import JournalFull, JournalUnavailable
from classroom.records.base import PAGE, Records
from rooms.events import Recorded

log = logs.get("api")

KIND: Final = "life"
EVERY_S: Final = 60.0


class Lives:
    """One per process."""

    def __init__(
        self,
        records: Records,
        hosts: Iterable[RoomHost],
        now_ms: Callable[[], int],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        """`hosts`: the rooms in memory, each time it is iterated."""
        self._records = records
        self._hosts = hosts
        self._now_ms = now_ms
        self._spawn = spawn
        self._began: dict[str, int] = {}
        """Epoch of a room in memory → when its first event became durable."""

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        if host.epoch in self._began:
            return
        self._began[host.epoch] = events[0].at_ms
        self._spawn(self._mark(host))

    async def run(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            live = {host.epoch for host in self._hosts}
            self._began = {epoch: at_ms for epoch, at_ms in self._began.items() if epoch in live}
            for host in self._hosts:
                if host.sessions and host.epoch in self._began:
                    await self._mark(host)

    async def _mark(self, host: RoomHost) -> None:
        began_ms = self._began[host.epoch]
        life = Life(began_ms, max(began_ms, self._now_ms()))
        try:
            await self._records.put(
                KIND, f"{host.room_id}/{began_ms:015d}-{host.epoch}", msgspec.msgpack.encode(life)
            )
        except (JournalUnavailable, JournalFull) as problem:
            log.warning("life of a room not marked", room=host.room_id, problem=str(problem))


async def of(records: Records, room_id: str) -> list[Life]:
    lives: list[Life] = []
    after = ""
    while page := await records.page(KIND, f"{room_id}/", after):
        lives += [msgspec.msgpack.decode(value, type=Life) for _, value in page]
        after = page[-1][0]
        if len(page) < PAGE:
            break
    return lives


async def forget_room(records: Records, room_id: str) -> None:
    while page := await records.page(KIND, f"{room_id}/"):
        for key, _ in page:
            await records.remove(KIND, key)


async def forget_old(records: Records, before_ms: int) -> None:
    """Those that were over before; of rooms that are no more, too."""
    after = ""
    while page := await records.page(KIND, after=after):
        for key, value in page:
            if msgspec.msgpack.decode(value, type=Life).until_ms < before_ms:
                await records.remove(KIND, key)
        after = page[-1][0]
