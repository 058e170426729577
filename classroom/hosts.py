"""The rooms that are in memory: loaded from the journal when somebody comes, dropped when nothing is left to do.

A `RoomHost` is the one caller that drives a room's state machine. Commands are decided at once, one after the other,
on the newest state; their events go to the journal; and only when they are durable do they become visible: the state
moves on, everybody is shown the event, the command is acknowledged. Several commands may be on their way to the disk
at one time, so a room is as fast as its disk is at group commits, and what is acknowledged is never lost.

A bug in a room (an unexpected exception) or a journal that fails ends this room's host only: its people are sent away
with `internal`, come back by themselves, and find the room as the journal has it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from classroom import logs
from classroom.fanout import fan_out
from classroom.journal.base import Journal, JournalFull
from rooms import room
from rooms.commands import Command, Disconnect, Tick
from rooms.errors import Refused
from rooms.events import Recorded
from rooms.state import Limits as RoomLimits
from rooms.state import RoomState
from signaling.session import Session

log = logs.get("rooms")

FOLD_CHUNK: Final = 200
"""Events folded in one turn of the loop while a room is loaded."""
LINGER_S: Final = 10.0
"""A room stays in memory this long after it was last asked for."""
MIN_TICK_S: Final = 0.02


class RoomFailed(Exception):
    """The room met a bug, or its journal failed; it will be loaded afresh for the next who comes."""


class TooManyRooms(Exception):
    """The limit of rooms in memory is reached."""


class RoomObserver(Protocol):
    """Told from the loop, synchronously; must not block."""

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        """These events are durable and shown; `host.state` is the state after them."""

    def failed(self, host: RoomHost) -> None:
        """The host is of no use any more; see `RoomFailed`."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A decided command on its way to the disk; `written` None: it changed nothing, and waits for its turn."""

    steps: tuple[tuple[Recorded, RoomState], ...]
    written: asyncio.Future[None] | None
    done: asyncio.Future[int]


class RoomHost:
    """One room. `sessions` has those of its people, by participant id; whoever opens and closes sessions keeps it."""

    def __init__(
        self, state: RoomState, journal: Journal, observer: RoomObserver, now_ms: Callable[[], int]
    ) -> None:
        self.room_id = state.room_id
        self.state = state
        """The newest durable state: what people have been shown."""
        self.epoch = secrets.token_hex(8)
        """Names this run of the room's `seq`: sessions of another run start from a snapshot."""
        self.sessions: dict[str, Session] = {}
        self.touched_at = time.monotonic()
        self.over = False
        self._head = state
        """The newest decided state; ahead of `state` by what is on its way to the disk."""
        self._pending: deque[_Pending] = deque()
        self._journal = journal
        self._observer = observer
        self._now_ms = now_ms
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._arm()

    def submit(self, command: Command, actor: str | None = None) -> asyncio.Future[int]:
        """Decides `command`. The future gives the `seq` of its last event (0: it changed nothing) once that is durable
        and shown, or raises RoomFailed.

        Raises at once: `Refused`; `JournalFull`; RoomFailed.
        """
        if self.over:
            raise RoomFailed(self.room_id)
        done: asyncio.Future[int] = self._loop.create_future()
        steps, written = self._decide(command, actor)
        if steps:
            self._head = steps[-1][1]
        self._pending.append(_Pending(steps, written, done))
        if written is not None:
            written.add_done_callback(self._advance)
        else:
            self._advance()
        return done

    def close(self) -> None:
        """No more commands and no more timers. What is on its way to the disk still gets there."""
        self.over = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    @property
    def idle(self) -> bool:
        """Nobody is here, nothing is under way, and nothing will happen by itself."""
        return not self.sessions and not self._pending and room.next_deadline_ms(self.state) is None

    # --- inside ---------------------------------------------------------------------------------------------

    def _decide(
        self, command: Command, actor: str | None
    ) -> tuple[tuple[tuple[Recorded, RoomState], ...], asyncio.Future[None] | None]:
        now_ms = self._now_ms()
        try:
            bodies = room.decide(self._head, command, actor, now_ms, secrets.randbits(64))
            steps = []
            state = self._head
            for recorded in room.record(state, bodies, now_ms):
                state = room.apply(state, recorded)
                steps.append((recorded, state))
        except Refused:
            raise
        except Exception as bug:
            self._fail(bug, type(command).__name__)
            raise RoomFailed(self.room_id) from bug
        if not steps:
            return (), None
        return tuple(steps), self._journal.append(self.room_id, [recorded for recorded, _ in steps])

    def _advance(self, _: object = None) -> None:
        """Makes visible what has become durable, in the order of the decisions."""
        while self._pending and not self.over:
            entry = self._pending[0]
            if entry.written is not None:
                if not entry.written.done():
                    break
                problem = entry.written.exception()
                if problem is not None:
                    self._fail(problem, "journal")
                    return
            self._pending.popleft()
            try:
                for recorded, state in entry.steps:
                    self.state = state
                    fan_out(state, recorded, self.sessions)
                # The acknowledgement is queued before what the observer does about the events (closing a session).
                entry.done.set_result(entry.steps[-1][0].seq if entry.steps else 0)
                if entry.steps:
                    self._observer.committed(self, [recorded for recorded, _ in entry.steps])
            except Exception as bug:
                self._fail(bug, "fan-out")
                return
        self._arm()

    def _arm(self) -> None:
        """Sets the timer for what the room does by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.over:
            return
        due_ms = room.next_deadline_ms(self._head)
        if due_ms is not None:
            self._timer = self._loop.call_later(max(MIN_TICK_S, (due_ms - self._now_ms()) / 1000), self._tick)

    def _tick(self) -> None:
        self._timer = None
        try:
            self.submit(Tick())
        except RoomFailed:
            return
        except Exception as problem:  # the journal's queue is full: try again
            log.warning("room tick postponed", room=self.room_id, problem=str(problem))
            self._timer = self._loop.call_later(1.0, self._tick)

    def _fail(self, problem: BaseException, where: str) -> None:
        log.error("room failed", room=self.room_id, where=where, exc_info=problem)
        self.close()
        for entry in self._pending:
            entry.done.set_exception(RoomFailed(self.room_id))
            entry.done.exception()  # retrieved: nobody may be waiting
        self._pending.clear()
        self._observer.failed(self)


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
    ) -> None:
        self._journal = journal
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
        """The room, loaded if need be. Raises `RoomNotFound`, TooManyRooms, RoomFailed."""
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

    def drop_idle(self) -> list[RoomHost]:
        """Forgets, and returns, the rooms in which nothing is left to do. To be called about once a second."""
        now = time.monotonic()
        idle = [host for host in self._hosts.values() if host.idle and now - host.touched_at > LINGER_S]
        for host in idle:
            self.drop(host)
            log.info("room unloaded", room=host.room_id, seq=host.state.seq)
        return idle

    def close(self) -> None:
        for host in tuple(self._hosts.values()):
            self.drop(host)

    async def _load(self, room_id: str) -> RoomHost:
        history = await self._journal.load(room_id)
        state = RoomState(limits=self._limits)
        try:
            for index, recorded in enumerate(history, start=1):
                state = room.apply(state, recorded)
                if index % FOLD_CHUNK == 0:
                    await asyncio.sleep(0)
        except Exception as bug:
            log.error("room cannot be read", room=room_id, seq=state.seq, exc_info=bug)
            raise RoomFailed(room_id) from bug
        host = RoomHost(state, self._journal, self._observer, self._now_ms)
        try:
            # Whoever the journal says is connected was so when the last process ended.
            for participant in state.participants:
                if participant.connected:
                    host.submit(Disconnect(), participant.id)
            host.submit(Tick())
        except (RoomFailed, JournalFull) as problem:
            host.close()
            raise RoomFailed(room_id) from problem
        self._hosts[room_id] = host
        log.info("room loaded", room=room_id, seq=state.seq)
        return host
