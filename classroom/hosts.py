"""The rooms that are in memory, by id: loaded from the journal when somebody comes, put away when nothing is left to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Final

from classroom import logs
from classroom.cluster.base import Hold, Ownership
from classroom.cluster.local import LocalOwnership
from classroom.host import RoomFailed as RoomFailed
from classroom.host import RoomHost as RoomHost
from classroom.host import RoomMoving as RoomMoving
from classroom.host import RoomObserver as RoomObserver
from classroom.host import retrieve
from classroom.journal.base import Journal, JournalFull
from classroom.journal.checkpoint import Checkpoint, advance
from classroom.metrics.counts import Counts, Load
from classroom.tracing import NoTracer, Span, Tracer
from rooms.commands import Disconnect, Tick, Unknock
from rooms.state import Limits as RoomLimits

log = logs.get("rooms")

FOLD_CHUNK: Final = 200
"""Events folded in one turn of the loop while a room is loaded."""
LINGER_S: Final = 10.0
"""A room stays in memory this long after it was last asked for."""


class TooManyRooms(Exception):
    """The limit of rooms in memory is reached."""


class RoomHosts:
    """Every room in memory, by id."""

    def __init__(
        self,
        journal: Journal,
        observer: RoomObserver,
        limits: RoomLimits,
        *,
        max_rooms: int,
        now_ms: Callable[[], int],
        ownership: Ownership | None = None,
        counts: Counts | None = None,
        tracer: Tracer | None = None,
    ) -> None:
        self._tracer: Tracer = NoTracer() if tracer is None else tracer
        self._counts = Counts() if counts is None else counts
        self._journal = journal
        self.ownership: Ownership = ownership or LocalOwnership()
        self._observer = observer
        self._limits = limits
        self._max_rooms = max_rooms
        self._now_ms = now_ms
        self._hosts: dict[str, RoomHost] = {}
        self._loading: dict[str, asyncio.Task[RoomHost]] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def loaded(self, room_id: str) -> RoomHost | None:
        """The room if it is in memory."""
        return self._hosts.get(room_id)

    async def get(self, room_id: str) -> RoomHost:
        """The room, loaded if need be. Raises `RoomNotFound`, TooManyRooms, RoomFailed, `JournalUnavailable`,
        `OwnedElsewhere`, `OwnershipUnknown`."""
        host = self._hosts.get(room_id)
        if host is None:
            task = self._loading.get(room_id)
            if task is None:
                if len(self._hosts) + len(self._loading) >= self._max_rooms:
                    raise TooManyRooms(str(self._max_rooms))
                task = asyncio.create_task(self._load(room_id))
                self._loading[room_id] = task
                task.add_done_callback(lambda _: self._loading.pop(room_id, None))
            host = await asyncio.shield(task)
        host.touched_at = time.monotonic()
        return host

    def drop(self, host: RoomHost) -> None:
        """Forgets a room; whoever asks for it next gets it from the journal."""
        host.close()
        if self._hosts.get(host.room_id) is host:
            del self._hosts[host.room_id]

    def __iter__(self) -> Iterator[RoomHost]:
        return iter(tuple(self._hosts.values()))

    def idle(self) -> list[RoomHost]:
        """The rooms in which nothing is left to do. To be asked about once a second, and given to `put_away`."""
        now = time.monotonic()
        return [host for host in self._hosts.values() if host.idle and now - host.touched_at > LINGER_S]

    def put_away(self, host: RoomHost) -> Coroutine[Any, Any, None]:
        """Forgets a room at once: whoever asks for it from now on gets it from the journal. What is returned keeps a
        checkpoint of it, and lets others own it."""
        host.retire()
        if self._hosts.get(host.room_id) is host:
            del self._hosts[host.room_id]
        return self._give_back(host)

    async def _give_back(self, host: RoomHost) -> None:
        await host.settle()
        host.close()
        await self.ownership.release(host.room_id, host.hold)
        log.info("room unloaded", room=host.room_id, seq=host.state.seq)

    def close(self) -> None:
        for host in tuple(self._hosts.values()):
            self.drop(host)

    async def _load(self, room_id: str) -> RoomHost:
        with self._tracer.span("room.load", room=room_id) as span:
            hold = await self.ownership.claim(room_id)
            try:
                host = await self._loaded_under(room_id, hold, span)
            except BaseException:
                await self.ownership.release(room_id, hold)
                raise
        self._hosts[room_id] = host
        log.info("room loaded", room=room_id, seq=host.state.seq)
        return host

    async def _loaded_under(self, room_id: str, hold: Hold, span: Span) -> RoomHost:
        if hold.token:
            await self._journal.fence(room_id, hold.token)
        history = await self._journal.load(room_id)
        head = (history.checkpoint or Checkpoint()).with_limits(self._limits)
        kept_seq = head.seq
        try:
            for index, recorded in enumerate(history.events, start=1):
                if recorded.seq != head.seq + 1:
                    raise RoomFailed(f"{room_id}: event {recorded.seq} follows {head.seq}")
                head = advance(head, recorded)
                if index % FOLD_CHUNK == 0:
                    await asyncio.sleep(0)
        except Exception as bug:
            log.error("room cannot be read", room=room_id, seq=head.seq, exc_info=bug)
            raise RoomFailed(room_id) from bug
        host = RoomHost(
            head, self._journal, self._observer, self._now_ms, hold, kept_seq=kept_seq, counts=self._counts
        )
        # Whoever puts a room away has seen everybody off.
        left_alone = any(participant.connected for participant in head.state.participants)
        how: Load = "taken_over" if left_alone else "loaded"
        self._counts.room_loads[how] += 1
        span.set(how=how, events=len(history.events))
        try:
            # Whoever the journal says is connected was so when the last process ended.
            for participant in head.state.participants:
                if participant.connected:
                    host.submit(Disconnect(), participant.id).add_done_callback(retrieve)
            for waiting in host.state.lobby:
                unknock = Unknock(participant_id=waiting.participant_id)
                host.submit(unknock).add_done_callback(retrieve)
            host.submit(Tick()).add_done_callback(retrieve)
        except (
            BaseException
        ) as problem:  # JournalUnavailable, too: the lease may have run out while the history was read
            host.close()  # or its timer would go on for ever, for a room that nobody has
            if isinstance(problem, (RoomFailed, JournalFull)):
                raise RoomFailed(room_id) from problem
            raise
        return host
