"""What an operator may do, and how it is done on the node that has the room. Each is logged with whose link it came by."""

from __future__ import annotations

import secrets
import time
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from classroom import logs
from classroom.cluster.base import OwnedElsewhere, OwnershipUnknown
from classroom.host import RoomFailed
from classroom.hosts import RoomHost, TooManyRooms
from classroom.journal.base import JournalFull, JournalUnavailable, RoomNotFound
from rooms import commands
from rooms.errors import Refused
from rooms.model import STAFF
from rooms.text import clean_text
from signaling import codec
from signaling.messages import Id, MediaRestart, OpsMessage, Push

if TYPE_CHECKING:
    from classroom.runtime import Runtime

log = logs.get("ops")

MESSAGE_CHARS = 500

OpsRefusal = Literal[
    "malformed_message",
    "too_large",
    "too_slow",
    "rate_limited",
    "origin",
    "not_permitted",
    "room_not_found",
    "person_not_found",
    "node_not_found",
    "node_silent",
    "nobody_there",
    "not_connected",
    "not_clustered",
    "nowhere_to_go",
    "empty_text",
    "storage_unavailable",
]
"""Every code with which the ops page is refused something, beside those of its token (`ErrorCode`)."""


class OpsRefused(Exception):
    def __init__(self, code: OpsRefusal) -> None:
        super().__init__(code)
        self.code: OpsRefusal = code


class _Action(msgspec.Struct, tag_field="action", forbid_unknown_fields=True, frozen=True, kw_only=True):
    pass


class MessageTrainer(_Action, tag="message_trainer", frozen=True):
    """A card in the room, for all staff there."""

    room_id: Id
    text: Annotated[str, msgspec.Meta(max_length=MESSAGE_CHARS)]


class RestartIce(_Action, tag="restart_ice", frozen=True):
    """A client is asked to look for a new way for its media."""

    room_id: Id
    participant_id: Id


class MoveRoom(_Action, tag="move_room", frozen=True):
    """To another node: the one with least to do."""

    room_id: Id


class CloseRoom(_Action, tag="close_room", frozen=True):
    """Everybody is shown out, and told so. Their links go on working."""

    room_id: Id


class DrainNode(_Action, tag="drain_node", frozen=True):
    """`on`: takes no more rooms, and gives those that it has to others; off: takes rooms again."""

    node_id: Annotated[str, msgspec.Meta(max_length=64)]
    on: bool


Action = MessageTrainer | RestartIce | MoveRoom | CloseRoom | DrainNode


class Done(msgspec.Struct, frozen=True):
    reached: int = 1
    """How many people were told, where that is what was asked for."""


class Actions:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def do(self, action: Action, by: str) -> Done:
        """`by`: whose link it is, and its id. Raises OpsRefused; a room that is not here is "room_not_found"."""
        match action:
            case MessageTrainer():
                done = self._message(self._host(action.room_id), action.text)
            case RestartIce():
                done = self._restart(self._host(action.room_id), action.participant_id)
            case MoveRoom():
                done = await self._move(self._host(action.room_id))
            case CloseRoom():
                done = await self._close(self._host(action.room_id))
            case DrainNode():
                done = self._drain(action.on)
        fields = msgspec.to_builtins(action)
        log.info("ops action", by=by, **{name: value for name, value in fields.items() if name != "text"})
        return done

    async def take(self, room_id: str) -> None:
        """Another node gives this one a room. Raises OpsRefused."""
        if self._runtime.cluster is None:
            raise OpsRefused("not_clustered")
        self._runtime.cluster.ownership.invite(room_id)
        try:
            await self._runtime.hosts.get(room_id)
        except (RoomNotFound, OwnedElsewhere, OwnershipUnknown, TooManyRooms, RoomFailed) as problem:
            raise OpsRefused("nowhere_to_go") from problem
        except JournalUnavailable as problem:
            raise OpsRefused("storage_unavailable") from problem

    def _host(self, room_id: str) -> RoomHost:
        host = self._runtime.hosts.loaded(room_id)
        if host is None:
            raise OpsRefused("room_not_found")
        return host

    def _message(self, host: RoomHost, text: str) -> Done:
        try:
            shown = clean_text(text)
        except Refused as refused:
            raise OpsRefused("empty_text") from refused
        message = OpsMessage(id=secrets.token_hex(8), text=shown, at_ms=time.time_ns() // 1_000_000)
        staff = [someone.id for someone in host.state.participants if someone.role in STAFF]
        reached = sum(_push(host, who, message) for who in staff)
        if not reached:
            raise OpsRefused("nobody_there")
        return Done(reached)

    def _restart(self, host: RoomHost, who: str) -> Done:
        if host.state.seat(who) is None:
            raise OpsRefused("person_not_found")
        if not _push(host, who, MediaRestart()):
            raise OpsRefused("not_connected")
        record = self._runtime.ops.watch.room(host.room_id)
        person = None if record is None else record.people.get(who)
        if person is not None:
            person.happened(time.time_ns() // 1_000_000, "restart_asked")
        return Done()

    async def _move(self, host: RoomHost) -> Done:
        """The other node loads the room before its people are sent after it: then they find it there."""
        cluster = self._runtime.cluster
        if cluster is None:
            raise OpsRefused("not_clustered")
        target = cluster.another_node()
        if target is None:
            raise OpsRefused("nowhere_to_go")
        await cluster.move(host, prepare=lambda: self._runtime.ops.peers.give(target, host.room_id))
        return Done()

    async def _close(self, host: RoomHost) -> Done:
        people = len(host.sessions)
        try:
            await host.submit(commands.EndMeeting())
        except (JournalFull, JournalUnavailable, RoomFailed) as problem:
            raise OpsRefused("storage_unavailable") from problem
        return Done(people)

    def _drain(self, on: bool) -> Done:
        cluster = self._runtime.cluster
        if cluster is None:
            raise OpsRefused("not_clustered")
        if on and cluster.another_node() is None:
            raise OpsRefused("nowhere_to_go")
        was, self._runtime.draining = self._runtime.draining, on
        if on and not was:
            deadline = time.monotonic() + self._runtime.config.cluster_drain_s
            self._runtime.spawn(cluster.drain(deadline, self._may_drain))
        return Done()

    def _may_drain(self) -> bool:
        """Until the operator takes it back, or there is nobody left to take the rooms."""
        cluster = self._runtime.cluster
        return self._runtime.draining and cluster is not None and cluster.another_node() is not None


def _push(host: RoomHost, who: str, push: Push) -> bool:
    session = host.sessions.get(who)
    if session is None or session.connection is None:
        return False
    session.push(codec.tag_of(type(push)), codec.encode_push(push))
    return True
