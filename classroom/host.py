"""One room in memory.

A `RoomHost` is the one caller that drives a room's state machine. Commands are decided at once, one after the other, on the
newest state; their events go to the journal; and only when they are durable do they become visible: the state moves on,
everybody is shown the event, the command is acknowledged. Several commands may be on their way to the disk at one time, so a
room is as fast as its disk is at group commits, and what is acknowledged is never lost.

A store that does not take an append (a full disk) or does not answer (a stalled one) costs no room: what was decided and
is not durable is refused with `JournalUnavailable`, and the room goes on from its last durable state. The same is
said, before anything is decided, while this node cannot prove that it owns the room.

A bug in a room (an unexpected exception), or a journal that has another history than this host, ends this room's host
only: its people are sent away with `internal`, come back by themselves, and find the room as the journal has it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, Protocol

import msgspec

from classroom import logs
from classroom.cluster.base import Hold
from classroom.cluster.local import LocalHold
from classroom.fanout import fan_out
from classroom.journal.base import (
    Fenced,
    Journal,
    JournalConflict,
    JournalFull,
    JournalUnavailable,
    RoomNotFound,
)
from classroom.journal.checkpoint import Checkpoint, Ledger, advance
from classroom.metrics.counts import Counts
from rooms import room
from rooms.commands import Command, Tick
from rooms.errors import Refused
from rooms.events import Cause, Recorded
from rooms.state import RoomState
from signaling.session import Session

log = logs.get("rooms")

CHECKPOINT_EVENTS: Final = 500
"""A checkpoint is kept after so many events; a room that is loaded folds fewer than twice as many."""
STALL_S: Final = 5.0
"""A journal that has not answered for so long is stalled: nothing new is decided until it has."""
SETTLE_S: Final = 2.0
MIN_TICK_S: Final = 0.02


class RoomFailed(Exception):
    """The room met a bug, or its journal failed; it will be loaded afresh for the next who comes."""


class RoomMoving(RoomFailed):
    """The room leaves this process; its people are about to be sent after it."""


class RoomObserver(Protocol):
    """Told from the loop, synchronously; must not block."""

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        """These events are durable and shown; `host.state` is the state after them."""

    def failed(self, host: RoomHost) -> None:
        """The host is of no use any more; see `RoomFailed`."""


@dataclass(frozen=True, slots=True)
class _Pending:
    """A decided command on its way to the disk; `written` None: it changed nothing, and waits for its turn."""

    steps: tuple[tuple[Recorded, Checkpoint], ...]
    written: asyncio.Future[None] | None
    done: asyncio.Future[int]
    since: float


class RoomHost:
    """One room. `sessions` has those of its people, by participant id; whoever opens and closes sessions keeps it."""

    def __init__(
        self,
        start: Checkpoint,
        journal: Journal,
        observer: RoomObserver,
        now_ms: Callable[[], int],
        hold: Hold | None = None,
        *,
        kept_seq: int = 0,
        counts: Counts | None = None,
    ) -> None:
        """`start`: what the journal has, folded; `kept_seq`: how far its checkpoint goes."""
        self._counts = Counts() if counts is None else counts
        self.room_id = start.state.room_id
        self.epoch = secrets.token_hex(8)
        """Names this run of the room's `seq`: sessions of another run start from a snapshot."""
        self.sessions: dict[str, Session] = {}
        self.touched_at = time.monotonic()
        self.over = False
        self._retired = False
        self.hold: Hold = hold or LocalHold()
        self._durable = start
        self._head = start
        """The newest decided state; ahead of `_durable` by what is on its way to the disk."""
        self._pending: deque[_Pending] = deque()
        self._journal = journal
        self._observer = observer
        self._now_ms = now_ms
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._kept_seq = kept_seq
        self._keeping: asyncio.Task[None] | None = None
        self._arm()

    @property
    def state(self) -> RoomState:
        """The newest durable state: what people have been shown."""
        return self._durable.state

    @property
    def ledger(self) -> Ledger:
        """Which requests have been done, by what is durable."""
        return self._durable.ledger

    def submit(
        self, command: Command, actor: str | None = None, cause: Cause | None = None
    ) -> asyncio.Future[int]:
        """Decides `command`. The future gives the `seq` of its last event (0: it changed nothing) once that is durable
        and shown, or raises RoomFailed, JournalUnavailable. `cause`: the request that it came by, to be remembered.

        Raises at once: `Refused`; `JournalFull`; JournalUnavailable; RoomFailed.
        """
        if self._retired:
            raise RoomMoving(self.room_id)
        if self.over:
            raise RoomFailed(self.room_id)
        if not self.hold.proven:
            raise JournalUnavailable("another node may own the room")
        if self._pending and time.monotonic() - self._pending[0].since > STALL_S:
            raise JournalUnavailable("the journal has not answered for a while")
        done: asyncio.Future[int] = self._loop.create_future()
        steps, written = self._decide(command, actor, cause)
        if steps:
            self._head = steps[-1][1]
        self._pending.append(_Pending(steps, written, done, time.monotonic()))
        if written is not None:
            written.add_done_callback(self._advance)
        else:
            self._advance()
        return done

    @property
    def waiting_commands(self) -> int:
        """Those whose events are not kept yet."""
        return len(self._pending)

    @property
    def durable(self) -> Checkpoint:
        """Everything that is durable."""
        return self._durable

    def retire(self) -> None:
        """No more commands; what was decided is still made durable and shown."""
        self._retired = True

    def follow(self, recorded: Recorded) -> None:
        """Of a room that is closed here and goes on elsewhere: what its owner made durable. Raises ValueError on a gap."""
        if recorded.seq != self._durable.seq + 1:
            raise ValueError(f"{self.room_id}: event {recorded.seq} follows {self._durable.seq}")
        self._durable = advance(self._durable, recorded)

    def close(self) -> None:
        """No more commands and no more timers. What is on its way to the disk still gets there; whoever waits for it is told
        RoomFailed now, because nothing will be shown any more."""
        self.over = True
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        left, self._pending = self._pending, deque()
        for entry in left:
            if entry.written is not None:
                entry.written.add_done_callback(retrieve)
            _refuse(entry.done, RoomFailed(self.room_id))

    async def settle(self) -> None:
        """Waits until everything decided is durable or refused, and keeps a checkpoint of it. Never raises; a store that
        does not answer is waited for `SETTLE_S`."""
        pending = [entry.done for entry in self._pending]
        if pending:
            await asyncio.wait(pending, timeout=SETTLE_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_S):
                if self._keeping is not None:
                    await asyncio.wait([self._keeping])
                if self._kept_seq < self._durable.seq:
                    self._keeping = asyncio.create_task(self._keep(self._durable))
                    await asyncio.wait([self._keeping])

    @property
    def idle(self) -> bool:
        """Nobody is here, nothing is under way, and nothing will happen by itself."""
        return (
            not self.sessions
            and not self.state.lobby
            and not self._pending
            and room.next_deadline_ms(self.state) is None
        )

    # --- inside ---------------------------------------------------------------------------------------------

    def _decide(
        self, command: Command, actor: str | None, cause: Cause | None
    ) -> tuple[tuple[tuple[Recorded, Checkpoint], ...], asyncio.Future[None] | None]:
        now_ms = self._now_ms()
        try:
            bodies = room.decide(self._head.state, command, actor, now_ms, secrets.randbits(64))
            events = list(room.record(self._head.state, bodies, now_ms))
            if cause is not None and events:
                events[-1] = msgspec.structs.replace(events[-1], cause=cause)
            steps = []
            head = self._head
            for recorded in events:
                head = advance(head, recorded)
                steps.append((recorded, head))
        except Refused:
            raise
        except Exception as bug:
            self._fail(bug, type(command).__name__)
            raise RoomFailed(self.room_id) from bug
        if not steps:
            return (), None
        return tuple(steps), self._journal.append(self.room_id, events, self.hold.token)

    def _advance(self, _: object = None) -> None:
        """Makes visible what has become durable, in the order of the decisions."""
        while self._pending and not self.over:
            entry = self._pending[0]
            if entry.written is not None:
                if not entry.written.done():
                    break
                problem = entry.written.exception()
                if isinstance(problem, JournalUnavailable) or (
                    # Redis was emptied: the node puts the room back (`ClusterNode`), from what is durable here.
                    isinstance(problem, RoomNotFound) and self.hold.token
                ):
                    self._take_back(problem)
                    break
                if problem is not None:
                    self._fail(problem, "journal")
                    return
            self._pending.popleft()
            if entry.written is not None:
                self._counts.commit_s.observe(time.monotonic() - entry.since)
            try:
                for recorded, after in entry.steps:
                    self._durable = after
                    fan_out(after.state, recorded, self.sessions)
                # The acknowledgement is queued before what the observer does about the events (closing a session).
                if not entry.done.done():  # whoever waited may have been cancelled
                    entry.done.set_result(entry.steps[-1][0].seq if entry.steps else 0)
                if entry.steps:
                    self._observer.committed(self, [recorded for recorded, _ in entry.steps])
            except Exception as bug:
                _refuse(entry.done, RoomFailed(self.room_id))
                self._fail(bug, "fan-out")
                return
        if self.over:
            return
        if self._durable.seq >= self._kept_seq + CHECKPOINT_EVENTS and self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(self._durable))
        self._arm()

    def _take_back(self, problem: Exception) -> None:
        """The oldest append was not taken; those that were built on it cannot be either (`Journal.append`)."""
        log.error("journal does not take events", room=self.room_id, problem=str(problem))
        self._counts.journal_failures += 1
        refused = tuple(self._pending)
        self._pending.clear()
        self._head = self._durable
        for entry in refused:
            if entry.written is not None:
                entry.written.add_done_callback(retrieve)
            _refuse(entry.done, JournalUnavailable(str(problem)))

    async def _keep(self, checkpoint: Checkpoint) -> None:
        try:
            await self._journal.keep(self.room_id, checkpoint, self.hold.token)
            self._kept_seq = checkpoint.seq
        except (JournalUnavailable, JournalFull, Fenced, JournalConflict) as problem:
            log.warning("checkpoint not kept", room=self.room_id, problem=repr(problem))
        except Exception as bug:  # what is journaled is whole without it
            log.error("checkpoint failed", room=self.room_id, exc_info=bug)
        finally:
            self._keeping = None

    def _arm(self) -> None:
        """Sets the timer for what the room does by itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self.over:
            return
        due_ms = room.next_deadline_ms(self._head.state)
        if due_ms is not None:
            self._timer = self._loop.call_later(max(MIN_TICK_S, (due_ms - self._now_ms()) / 1000), self._tick)

    def _tick(self) -> None:
        self._timer = None
        try:
            self.submit(Tick()).add_done_callback(retrieve)
        except RoomFailed:
            return
        except Exception as problem:  # the journal is full or away: try again
            log.warning("room tick postponed", room=self.room_id, problem=str(problem))
            self._timer = self._loop.call_later(1.0, self._tick)

    def _fail(self, problem: BaseException, where: str) -> None:
        log.error("room failed", room=self.room_id, where=where, exc_info=problem)
        self.close()
        self._observer.failed(self)


def _refuse(done: asyncio.Future[int], problem: Exception) -> None:
    """Unless whoever waited has been answered, or cancelled."""
    if not done.done():
        done.set_exception(problem)
        done.exception()  # retrieved: nobody may be waiting


def retrieve(done: asyncio.Future[Any]) -> None:
    """For outcomes that nobody waits for: asyncio would log them as forgotten."""
    if not done.cancelled():
        done.exception()
