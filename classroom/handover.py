"""Rooms that have gone to another node in order, and whose media still go on here: make before break.

A planned move (a node is stopped or drained, an operator moves a room) changes the room's owner in a moment; a new media
connection takes people half a second or more. Until then they hear each other by the old one: whoever has asked for it
(`signaling.messages.Handover`) keeps socket and media here while opening others at the new owner. Everybody sends and
receives on both until all have arrived there, or `HANDOVER_S` are over.

The room is decided by its new owner alone. This process reads on in the room's journal and obeys: whoever is muted, moved to
another group, removed or sent away by it is so here, too, within `FOLLOW_S` and what Redis takes; nobody new is let in, no
command is taken. When the journal cannot be read, media end here: nobody would know who may still hear whom. A room that is
lost by a failure is not handed over.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from classroom import logs
from classroom.host import RoomHost
from classroom.hosts import RoomHosts
from classroom.journal.base import JournalUnavailable
from classroom.media.model import PeerId
from classroom.switchboard import Switchboard
from rooms.events import ParticipantLeft, Recorded
from signaling import codec
from signaling.errors import ErrorCode
from signaling.messages import RoomMoved
from signaling.session import Session
from signaling.sessions import Sessions

log = logs.get("handover")

HANDOVER_S: Final = 10.0
"""So long media go on at the old node at most: time for several tries to reach the new one. Most need a second or two."""
SETTLE_S: Final = 1.0
"""… and so long after the last one has arrived: until then the new node knows who speaks, and has given slots to them."""
FOLLOW_S: Final = 0.1
"""The room's journal is read so often."""
ANSWER_S: Final = 1.0
"""How long Redis may take to answer before media end."""

Since = Callable[[str, int], Awaitable[list[Recorded]]]
"""`since(room_id, seq)`: the room's events after `seq`. Raises JournalUnavailable."""


@dataclass(slots=True)
class _Handover:
    host: RoomHost
    began_at: float
    changed_at: float
    """When somebody arrived or went, last."""
    arrived: set[str] = field(default_factory=set)


class Handovers:
    """One per process."""

    def __init__(
        self,
        hosts: RoomHosts,
        sessions: Sessions,
        switchboard: Switchboard,
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._hosts = hosts
        self._sessions = sessions
        self._switchboard = switchboard
        self._spawn = spawn
        self._rooms: dict[str, _Handover] = {}
        self._none_left = asyncio.Event()
        self._none_left.set()

    def begin(self, host: RoomHost) -> None:
        """The room is about to be put away; from now on `host` is found here."""
        now = time.monotonic()
        self._rooms[host.room_id] = _Handover(host, now, now)
        self._none_left.clear()

    def host(self, room_id: str) -> RoomHost | None:
        """A room whose media are being handed over."""
        handover = self._rooms.get(room_id)
        return None if handover is None else handover.host

    def staying(self, host: RoomHost) -> frozenset[str]:
        """Who of a room's people keep their sockets and media for now."""
        handover = self._rooms.get(host.room_id)
        if handover is None or handover.host is not host:
            return frozenset()
        return frozenset(
            who
            for who, session in host.sessions.items()
            if session.hands_over and session.connection is not None and self._has_media(session)
        )

    def run(self, host: RoomHost, since: Since) -> None:
        """The room belongs to others now; those who are not to stay have been sent away."""
        handover = self._rooms[host.room_id]
        push = RoomMoved(media_ms=round(HANDOVER_S * 1000))
        frame = codec.encode_push(push)
        for session in host.sessions.values():
            # Their client finds its session at the new node; here it is found no more.
            self._sessions.let_go(session)
            session.push(codec.tag_of(RoomMoved), frame)
        self._spawn(self._carry(handover, since))

    def arrived(self, session: Session) -> None:
        """A client's media are connected at the new node."""
        handover = self._rooms.get(session.seat.room_id)
        who = session.seat.participant_id
        if handover is not None and handover.host.sessions.get(who) is session:
            handover.arrived.add(who)
            handover.changed_at = time.monotonic()

    def end(self, room_id: str) -> None:
        """Ends a room's handover, if there is one: its people are told so, and their media end here."""
        handover = self._rooms.pop(room_id, None)
        if handover is None:
            return
        host = handover.host
        if not self._rooms:
            self._none_left.set()
        log.info(
            "room handed over",
            room=room_id,
            arrived=len(handover.arrived),
            left_behind=len(host.sessions.keys() - handover.arrived),
            took_ms=round((time.monotonic() - handover.began_at) * 1000),
        )
        for session in tuple(host.sessions.values()):
            self._close(host, session, ErrorCode.MOVED)
        self._switchboard.forget_room(room_id)

    async def ended(self) -> None:
        """Returns when no room's media are being handed over; each takes `HANDOVER_S` at most."""
        await self._none_left.wait()

    # --- inside ---------------------------------------------------------------------------------------------

    async def _carry(self, handover: _Handover, since: Since) -> None:
        room_id = handover.host.room_id
        try:
            while self._rooms.get(room_id) is handover and not self._over(handover, time.monotonic()):
                async with asyncio.timeout(ANSWER_S):
                    events = await since(room_id, handover.host.state.seq)
                if events and self._rooms.get(room_id) is handover:
                    self._obey(handover, events)
                await asyncio.sleep(FOLLOW_S)
        except (JournalUnavailable, TimeoutError, ValueError) as problem:
            log.warning("room not followed any more", room=room_id, problem=repr(problem))
        finally:
            if self._rooms.get(room_id) is handover:
                self.end(room_id)

    def _over(self, handover: _Handover, now: float) -> bool:
        room_id = handover.host.room_id
        if now - handover.began_at >= HANDOVER_S or self._hosts.loaded(room_id) is not None:
            return True
        for who, session in tuple(handover.host.sessions.items()):
            if session.connection is None or not self._has_media(session):
                self._close(handover.host, session, ErrorCode.MOVED)
                handover.arrived.discard(who)
                handover.changed_at = now
        return (
            handover.host.sessions.keys() <= handover.arrived and now - handover.changed_at >= SETTLE_S
        ) or not handover.host.sessions

    def _obey(self, handover: _Handover, events: Sequence[Recorded]) -> None:
        """What the room's owner has decided holds here, too."""
        host = handover.host
        for recorded in events:
            host.follow(recorded)
        for recorded in events:
            if isinstance(recorded.event, ParticipantLeft):
                session = host.sessions.get(recorded.event.participant_id)
                if session is not None:
                    self._close(host, session, ErrorCode.MOVED)
                    handover.changed_at = time.monotonic()
        self._switchboard.room_changed(host, [recorded.event for recorded in events])

    def _close(self, host: RoomHost, session: Session, code: ErrorCode) -> None:
        """The new owner says why somebody has to go; here the socket and the media end."""
        host.sessions.pop(session.seat.participant_id, None)
        self._sessions.close(session, code)
        self._switchboard.forget(PeerId(*session.seat))

    def _has_media(self, session: Session) -> bool:
        return self._switchboard.connected(PeerId(*session.seat))
