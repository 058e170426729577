"""The doors of rooms that have a lobby: whoever must wait keeps the socket on which they said hello, and nothing else.

The queue is the room's (`rooms.lobby`); here are only the sockets of those who wait. A hello that waits is answered when
staff have decided: with a welcome, or a refusal. Somebody whose socket is lost says hello again and finds their rank.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from classroom import logs
from classroom.host import RoomFailed, RoomHost, retrieve
from classroom.journal.base import JournalFull, JournalUnavailable
from rooms import lobby
from rooms.commands import Join, Knock, Unknock
from rooms.errors import Refused
from rooms.events import LobbyChanged
from signaling import codec
from signaling.connection import Connection
from signaling.errors import ErrorCode, ProtocolError
from signaling.messages import LobbyWaiting
from signaling.session import Seat

log = logs.get("lobby")


@dataclass(frozen=True, slots=True)
class _Waiter:
    host: RoomHost
    connection: Connection
    invitation: str
    decided: asyncio.Future[ErrorCode | None]
    """None: come in. A code: this hello is over."""


class Doors:
    """One per process."""

    def __init__(self) -> None:
        self._waiters: dict[Seat, _Waiter] = {}

    async def enter(self, host: RoomHost, connection: Connection, join: Join) -> bool:
        """Returns when this person may take their seat: at once, or after staff have admitted them. False: the socket went.

        Raises `Refused` (a room's refusal of Join or Knock), `ProtocolError` with what ended the wait, RoomFailed, JournalFull,
        JournalUnavailable.
        """
        who, role = join.participant_id, join.role
        try:
            lobby.check_door(host.state, who, role)
        except Refused as refused:
            if refused.code != "must_wait":
                raise
        else:
            return True
        seat = Seat(host.room_id, who)
        waiter = _Waiter(host, connection, join.invitation, asyncio.get_running_loop().create_future())
        replaced = self._waiters.get(seat)
        if replaced is not None and connection.opened_at < replaced.connection.opened_at:
            # A hello that was stuck in the network, as in `Sessions.open`: obeyed, it would throw its client out.
            raise ProtocolError(ErrorCode.REPLACED, "a newer socket waits for the seat")
        if replaced is not None and not replaced.decided.done():
            replaced.decided.set_result(ErrorCode.REPLACED)
        self._waiters[seat] = waiter
        try:
            code = await self._wait(waiter, Knock(participant_id=who, name=join.name, role=role))
        finally:
            if self._waiters.get(seat) is waiter:
                del self._waiters[seat]
        if code is not None:
            raise ProtocolError(code)
        return connection.admitting

    async def _wait(self, waiter: _Waiter, knock: Knock) -> ErrorCode | None:
        await waiter.host.submit(knock)
        try:
            lobby.check_door(waiter.host.state, knock.participant_id, knock.role)
            return None  # the lobby was taken away meanwhile
        except Refused as refused:
            if refused.code != "must_wait":
                raise
        if not waiter.connection.keep_waiting(time.monotonic()):
            self._unknock(waiter, knock.participant_id)
            return None
        since = next(
            (w.since_at_ms for w in waiter.host.state.lobby if w.participant_id == knock.participant_id), 0
        )
        push = LobbyWaiting(since_at_ms=since, sent_at_ms=time.time_ns() // 1_000_000)
        waiter.connection.send_push(codec.tag_of(LobbyWaiting), codec.encode_push(push))
        log.info(
            "somebody waits",
            room=waiter.host.room_id,
            seat=knock.participant_id,
            connection=waiter.connection.name,
        )
        return await waiter.decided

    def lost(self, connection: Connection) -> None:
        """A socket is gone; if somebody waited on it, their rank is kept for a while."""
        for seat, waiter in self._waiters.items():
            if waiter.connection is connection and not waiter.decided.done():
                self._unknock(waiter, seat.participant_id)
                waiter.decided.set_result(None)
                return

    def decided(self, room_id: str, event: LobbyChanged) -> None:
        """Staff have decided about some of those who wait."""
        for who in event.admitted:
            self._answer(Seat(room_id, who), None)
        for who in event.refused:
            self._answer(Seat(room_id, who), ErrorCode.NOT_ADMITTED)

    def revoked(self, room_id: str, invitation: str) -> None:
        """Whoever waits by this invitation need not wait any longer."""
        for seat, waiter in self._waiters.items():
            if seat.room_id == room_id and waiter.invitation == invitation:
                self._answer(seat, ErrorCode.TOKEN_REVOKED)
                self._unknock(waiter, seat.participant_id)

    def room_failed(self, room_id: str) -> None:
        """Everybody who waits says hello again, by themselves."""
        for seat in self._waiters:
            if seat.room_id == room_id:
                self._answer(seat, ErrorCode.MOVED)

    def _answer(self, seat: Seat, code: ErrorCode | None) -> None:
        waiter = self._waiters.get(seat)
        if waiter is not None and not waiter.decided.done():
            waiter.decided.set_result(code)

    def _unknock(self, waiter: _Waiter, who: str) -> None:
        try:
            waiter.host.submit(Unknock(participant_id=who)).add_done_callback(retrieve)
        except (RoomFailed, JournalFull, JournalUnavailable) as problem:
            log.warning("room did not take it", room=waiter.host.room_id, problem=str(problem))
