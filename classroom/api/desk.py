"""What the API asks of a room: looked at and ordered where the room is, on this node or by way of its owner.

To look at a room loads none: its owner tells of a live one, the journal of any other.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from classroom import logs
from classroom.api import errands
from classroom.api.errands import Done, Erase, Errand, Give, Look, Missing, NotHere, Outcome, Refusal, Revoke
from classroom.cluster.base import OwnedElsewhere, OwnershipUnknown, Place
from classroom.cluster.passes import HEADER
from classroom.hosts import RoomHost, TooManyRooms
from classroom.journal.base import JournalUnavailable, RoomNotFound
from classroom.journal.checkpoint import Checkpoint, advance
from rooms.commands import Command, RevokeInvitation
from rooms.errors import Refused
from rooms.state import RoomState
from signaling.errors import ErrorCode

if TYPE_CHECKING:
    from classroom.runtime import Runtime

log = logs.get("api")

REACH_S: Final = 8.0
"""How long a room is looked for: until a dead owner's lease is over, and some."""
REACH_AGAIN_S: Final = 0.15
FOLD_CHUNK: Final = 200


class Desk:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    async def look(self, room_id: str) -> errands.RoomReport:
        """Raises RoomNotFound, JournalUnavailable."""
        report = (await self._done(room_id, Look())).report
        assert report is not None
        return report

    async def give(self, room_id: str, errand: Give | Revoke | Erase) -> None:
        """Durable on return. Raises Refused, RoomNotFound, JournalUnavailable, JournalFull, RoomFailed."""
        await self._done(room_id, errand)

    @property
    def routes(self) -> list[Route]:
        """For the other nodes of the cluster."""
        return [Route(errands.PATH, self._from_node, methods=["POST"])]

    # --- here or elsewhere ----------------------------------------------------------------------------------

    async def _done(self, room_id: str, errand: Errand) -> Done:
        give_up_at = time.monotonic() + REACH_S
        while True:
            try:
                return await self._here(room_id, errand)
            except OwnedElsewhere as elsewhere:
                outcome = await self._elsewhere(elsewhere.place, room_id, errand)
            except OwnershipUnknown as problem:
                raise JournalUnavailable(str(problem)) from problem
            except TooManyRooms as problem:
                raise JournalUnavailable("too many rooms are open") from problem
            match outcome:
                case Done():
                    return outcome
                case Refusal(code):
                    raise Refused(code)
                case Missing():
                    raise RoomNotFound(room_id)
            if time.monotonic() > give_up_at:
                raise JournalUnavailable("the node that has the room does not answer")
            await asyncio.sleep(REACH_AGAIN_S)

    async def _elsewhere(self, place: Place, room_id: str, errand: Errand) -> Outcome:
        """`NotHere` also when that node does not answer."""
        assert self._runtime.cluster is not None
        body = await self._runtime.cluster.tell(
            place, errands.PATH, errands.PURPOSE, room_id, msgspec.msgpack.encode(errand), errands.ANSWER_S
        )
        return NotHere() if body is None else errands.outcomes.decode(body)

    async def _from_node(self, request: Request) -> Response:
        cluster = self._runtime.cluster
        assert cluster is not None
        given = cluster.admitted(request.headers.get(HEADER), errands.PURPOSE)
        if given is None:
            return Response(b"for nodes only\n", 403, media_type="text/plain")
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > errands.MAX_BYTES:
                return Response(status_code=413)
        if given.claim:
            cluster.ownership.invite(given.room_id)
        outcome = await self._outcome(given.room_id, errands.errands.decode(body))
        return Response(msgspec.msgpack.encode(outcome), media_type="application/msgpack")

    async def _outcome(self, room_id: str, errand: Errand) -> Outcome:
        try:
            return await self._here(room_id, errand)
        except Refused as refused:
            return Refusal(refused.code)
        except RoomNotFound:
            return Missing()
        except (
            Exception
        ) as problem:  # whoever asked looks again for a while, and then says that it cannot be done now
            log.info("errand not done here", room=room_id, problem=repr(problem))
            return NotHere()

    # --- here -----------------------------------------------------------------------------------------------

    async def _here(self, room_id: str, errand: Errand) -> Done:
        """Raises as `hosts.get`, and OwnedElsewhere."""
        if isinstance(errand, Look):
            return Done(await self._seen(room_id))
        host = await self._runtime.hosts.get(room_id)
        if isinstance(errand, Erase):
            await self._erase(host)
        else:
            await host.submit(_command(host, errand))
        return Done()

    async def _seen(self, room_id: str) -> errands.RoomReport:
        host = self._runtime.hosts.loaded(room_id)
        if host is not None:
            return _report(host.state)
        if self._runtime.cluster is not None:
            place = await self._runtime.cluster.ownership.owner(room_id)
            if place is not None and place.node_id != self._runtime.cluster.node_id:
                raise OwnedElsewhere(place)
        return await self._kept(room_id)

    async def _kept(self, room_id: str) -> errands.RoomReport:
        """Of a room that is in nobody's memory: nobody is connected, whatever its last process left behind."""
        history = await self._runtime.journal.load(room_id)
        head = history.checkpoint or Checkpoint()
        for index, recorded in enumerate(history.events, start=1):
            head = advance(head, recorded)
            if index % FOLD_CHUNK == 0:
                await asyncio.sleep(0)
        people = tuple(
            msgspec.structs.replace(person, connected=False, presence="away")
            for person in head.state.participants
        )
        return _report(msgspec.structs.replace(head.state, participants=people, lobby=()))

    async def _erase(self, host: RoomHost) -> None:
        runtime = self._runtime
        host.retire()
        runtime.hosts.drop(host)
        runtime.admissions.send_away(host, ErrorCode.ROOM_NOT_FOUND)
        await host.settle()
        await runtime.retention.erase(host.room_id)
        await runtime.hosts.ownership.release(host.room_id, host.hold)


def _command(host: RoomHost, errand: Give | Revoke) -> Command:
    if isinstance(errand, Give):
        return errand.command
    here = tuple(who for who, session in host.sessions.items() if session.invitation == errand.invitation)
    return RevokeInvitation(invitation=errand.invitation, until_s=errand.until_s, participant_ids=here)


def _report(state: RoomState) -> errands.RoomReport:
    round_ = state.breakouts
    return errands.RoomReport(
        name=state.name,
        capacity=state.capacity,
        rules=state.rules,
        participants=state.participants,
        groups={} if round_ is None else {group.id: group.name for group in round_.groups},
        waiting=len(state.lobby),
        group_sets=state.group_sets,
        kept_out=state.kept_out,
    )
