"""Who comes in, who comes back, who is sent away: from a hello to a session, and from a lost socket to a kept seat.

The server gives four commands of its own to rooms: Join and Reconnect here when somebody says hello, Disconnect when a
socket is lost, and Tick by the room's host.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Final, NamedTuple, get_args

import msgspec

from classroom import logs
from classroom.captions import CaptionDesk
from classroom.cluster.base import OwnedElsewhere, OwnershipUnknown, Place
from classroom.config import Config
from classroom.doors import Doors
from classroom.gate import Refusals
from classroom.handover import Handovers
from classroom.host import retrieve
from classroom.hosts import RoomFailed, RoomHost, RoomHosts, RoomMoving, TooManyRooms
from classroom.journal.base import JournalFull, JournalUnavailable, RoomNotFound
from classroom.journal.checkpoint import REMEMBERED_REQUESTS, SeatLedger
from classroom.media.model import PeerId
from classroom.media.sdp import OfferError
from classroom.metrics.counts import Counts
from classroom.switchboard import Switchboard
from classroom.tracing import Tracer
from classroom.turn import ice_servers
from rooms.administration import check_invitation
from rooms.commands import Command, Disconnect, Join, Reconnect, Text
from rooms.errors import Refused
from rooms.events import Cause, InvitationRevoked, LobbyChanged, ParticipantLeft, Recorded
from rooms.model import Role
from rooms.views import snapshot
from signaling import tokens
from signaling.connection import Connection, HelloReceived
from signaling.errors import ErrorCode, ProtocolError
from signaling.messages import SDP_BYTES, EarlyOffer, MediaSetup, Offer, Resume
from signaling.packing import NotPacked, pack, unpack
from signaling.session import Greeting, Seat, Session, State
from signaling.sessions import Sessions
from signaling.tokens import Admission, KeyRing

log = logs.get("sessions")

CHAT_CHARS: Final[int] = get_args(Text)[1].max_length
REFUSED_CODES: Final = {
    "room_full": ErrorCode.ROOM_FULL,
    "removed": ErrorCode.REMOVED,
    "room_locked": ErrorCode.ROOM_LOCKED,
    "must_wait": ErrorCode.MOVED,
    "revoked": ErrorCode.TOKEN_REVOKED,
    "unknown_participant": ErrorCode.MOVED,
    "not_here": ErrorCode.MOVED,
}
"""A room's refusals of Join, Knock and Reconnect; any other would be a bug. Between the door and the seat the lobby may have
opened ("must_wait"), or the seat have gone ("unknown_participant", "not_here"): whoever says hello again waits, or is told
why."""
LEFT_CODES: Final = {
    "left": ErrorCode.LEFT,
    "removed": ErrorCode.REMOVED,
    "expired": ErrorCode.HEARTBEAT_MISSED,
    "revoked": ErrorCode.TOKEN_REVOKED,
    "ended": ErrorCode.MEETING_ENDED,
}


class Elsewhere(NamedTuple):
    """Another node is to answer the hello."""

    place: Place
    room_id: str


class Admissions:
    """One per process."""

    def __init__(
        self,
        config: Config,
        keys: KeyRing,
        hosts: RoomHosts,
        sessions: Sessions,
        switchboard: Switchboard,
        handovers: Handovers,
        captions: CaptionDesk,
        counts: Counts,
        tracer: Tracer,
        refusals: Refusals,
    ) -> None:
        self._config = config
        self._counts = counts
        self._tracer = tracer
        self._refusals = refusals
        self._keys = keys
        self._hosts = hosts
        self._sessions = sessions
        self._switchboard = switchboard
        self._handovers = handovers
        self._captions = captions
        self._doors = Doors()

    async def hello(self, connection: Connection, received: HelloReceived) -> Elsewhere | None:
        """Answers a hello, in the end, with a welcome or a refusal; or says who is to answer it. Must not be cancelled when the
        socket goes."""
        hello, room_id, began = received.hello, "", _now()
        try:
            admission = tokens.admit(hello, self._keys, time.time())
            room_id = admission.room_id
            host = await self._hosts.get(admission.room_id)
            self._handovers.end(host.room_id)
            check_invitation(host.state, admission.invitation)
            session = self._sessions.find(hello.resume, Seat(host.room_id, admission.participant_id), _now())
            if session is not None:
                self._resume(connection, received, host, session, admission, began)
            else:
                await self._open(connection, received, host, admission, began)
        except OwnedElsewhere as elsewhere:
            return Elsewhere(elsewhere.place, room_id)
        except Exception as problem:
            code, detail = _refusal(problem)
            if code is ErrorCode.INTERNAL and not isinstance(problem, RoomFailed):
                log.error("hello failed", room=room_id, connection=connection.name, exc_info=problem)
            self._refuse(connection, received.ref, room_id, code, detail)
        return None

    def lost(self, connection: Connection) -> None:
        """A socket is gone: the seat is kept, and the session waits to be resumed."""
        session = connection.lost(_now())
        self._doors.lost(connection)
        if session is not None:
            host = self._hosts.loaded(session.seat.room_id)
            if host is not None:
                self._tell(host, Disconnect(), session.seat.participant_id)
            log.info("session detached", **logs.of_session(session))

    def committed(self, host: RoomHost, events: Sequence[Recorded]) -> None:
        """Closes the sessions of those who left, once what was acknowledged in this turn has been sent."""
        for recorded in events:
            if isinstance(recorded.event, LobbyChanged):
                self._doors.decided(host.room_id, recorded.event)
            elif isinstance(recorded.event, InvitationRevoked):
                self._doors.revoked(host.room_id, recorded.event.invitation)
            elif isinstance(recorded.event, ParticipantLeft):
                session = host.sessions.pop(recorded.event.participant_id, None)
                if session is not None:
                    code = LEFT_CODES[recorded.event.reason]
                    asyncio.get_running_loop().call_soon(self._close, session, code)

    def send_away(self, host: RoomHost, code: ErrorCode = ErrorCode.MOVED) -> None:
        """The room has left this process: its people are told to come back at once, to any node; or, by another `code`, that
        it is no more. Those stay for a while whose media are handed over."""
        staying = self._handovers.staying(host) if code is ErrorCode.MOVED else frozenset()
        for who, session in tuple(host.sessions.items()):
            if who not in staying:
                self._close(session, code)
                del host.sessions[who]
        self._doors.room_failed(host.room_id)
        if not staying:
            self._switchboard.forget_room(host.room_id)
        self._captions.forget_room(host.room_id)

    def room_failed(self, host: RoomHost) -> None:
        """Sends everybody away; they come back by themselves, and the room is read from the journal again."""
        self._hosts.drop(host)
        self._doors.room_failed(host.room_id)
        for session in tuple(host.sessions.values()):
            # Whose request met the bug is told so first: repeated, it would meet it again.
            asyncio.get_running_loop().call_soon(self._close, session, ErrorCode.INTERNAL)
        host.sessions.clear()
        self._switchboard.forget_room(host.room_id)
        self._captions.forget_room(host.room_id)

    def reconcile(self) -> None:
        """Tells rooms what they did not take when it happened (the store was away): who has a socket, and who has none.
        To be called about once a second."""
        for host in self._hosts:
            for person in host.state.participants:
                session = host.sessions.get(person.id)
                here = session is not None and (session.connection is not None or session.state is State.NEW)
                if here != person.connected:
                    self._tell(host, Reconnect() if here else Disconnect(), person.id)

    def expire(self) -> None:
        """Forgets the sessions that nobody resumed in time; their seats are the rooms' business."""
        for session in self._sessions.expire(_now()):
            host = self._hosts.loaded(session.seat.room_id)
            if host is not None and host.sessions.get(session.seat.participant_id) is session:
                del host.sessions[session.seat.participant_id]
            self._switchboard.forget(PeerId(*session.seat))
            self._counts.sessions_expired += 1
            log.info("session expired", **logs.of_session(session))

    def shut_down(self) -> None:
        """Tells everybody that the server stops."""
        for session in self._sessions:
            self._sessions.close(session, ErrorCode.SHUTTING_DOWN)

    # --- inside ---------------------------------------------------------------------------------------------

    def _refuse(
        self, connection: Connection, ref: int, room_id: str, code: ErrorCode, detail: str = ""
    ) -> None:
        self._refusals.note("hello", code.value, "", _now(), connection=connection.name, room=room_id)
        connection.refuse(ref, code, detail)

    def _greeting(self, host: RoomHost, participant_id: str, answer: bytes | None) -> Greeting:
        seat = host.state.seat_or_refuse(participant_id)
        return Greeting(
            role=seat.role,
            media=MediaSetup(
                audio_slots=self._config.audio_slots,
                video_slots=self._config.video_slots,
                ice_servers=ice_servers(self._config, participant_id, time.time()),
                handover=self._config.redis_url is not None,
            ),
            chat_chars=CHAT_CHARS,
            server_time_ms=time.time_ns() // 1_000_000,
            answer=answer,
        )

    def _answer(self, host: RoomHost, session: Session, early: EarlyOffer | None) -> bytes | None:
        """To the offer of a hello. To be called just before the welcome: who is refused has no media."""
        if early is None:
            return None
        try:
            offer = Offer(sdp=unpack(early.sdp, SDP_BYTES), sources=early.sources)
            return pack(self._switchboard.offer(host, session, offer).sdp)
        except (NotPacked, OfferError) as problem:
            log.info("early offer refused", problem=str(problem), **logs.of_session(session))
            return None

    def _resume(
        self,
        connection: Connection,
        received: HelloReceived,
        host: RoomHost,
        session: Session,
        admission: Admission,
        began: float,
    ) -> None:
        who = admission.participant_id
        early, resume = received.hello.offer, received.hello.resume
        assert resume is not None
        if early is not None and early.spare and resume.epoch == session.epoch:
            early = None
        resumed = session.resume(
            connection,
            received.ref,
            lambda: self._greeting(host, who, self._answer(host, session, early)),
            resume,
            lambda: snapshot(host.state, who),
            _now(),
        )
        if resumed:
            session.client = received.hello.client
            session.invitation = admission.invitation
            self._tell(host, Reconnect(), who)
            self._switchboard.welcome(host, session)
            self._captions.welcome(host, who)
            self._counts.openings["resumed" if session.replayed else "resynced"] += 1
            self._counts.join_s.observe(_now() - began)
            session.trace = self._tracer.here
            log.info("session resumed", **logs.of_session(session))

    def _of_another_process(self, resume: Resume | None, host: RoomHost, who: str) -> SeatLedger | None:
        """What is known of a session that this process does not have, if a hello proves it: the seat's newest one."""
        known = host.ledger.get(who)
        if resume is None or known is None or known.session_id != resume.session_id:
            return None
        return known if tokens.proves(resume.secret, resume.session_id, who, self._keys) else None

    async def _open(
        self,
        connection: Connection,
        received: HelloReceived,
        host: RoomHost,
        admission: Admission,
        began: float,
    ) -> None:
        """A fresh session; or one that another process had, or this one let go: its requests are not executed twice."""
        ref, who = received.ref, admission.participant_id
        seat = Seat(host.room_id, who)
        join = Join(
            participant_id=who,
            name=admission.name,
            role=_role(admission.role),
            invitation=admission.invitation,
        )
        known = self._of_another_process(received.hello.resume, host, who)
        at_door = _now()
        with self._tracer.span("room.door", room=host.room_id):
            if known is None and not await self._doors.enter(host, connection, join):
                return
        began += _now() - at_door
        session_id = secrets.token_urlsafe(16) if known is None else known.session_id
        secret = tokens.resume_secret(session_id, who, self._keys)
        session = self._sessions.open(seat, session_id, secret, host.epoch, connection.opened_at)
        self._switchboard.forget(PeerId(*seat))
        host.sessions[who] = session
        session.client = received.hello.client
        session.invitation = admission.invitation
        try:
            if known is None:
                with self._tracer.span("room.join", room=host.room_id):
                    await host.submit(join, cause=Cause(who, session_id, 0))
            else:
                session.restore(known.done, complete=len(known.done) < REMEMBERED_REQUESTS)
                await host.submit(Reconnect(), who)
                # A revocation may have been on its way to the disk when the hello came.
                check_invitation(host.state, admission.invitation)
            if session.state is State.CLOSED or host.over:
                # Only a newer session on the seat is final for this client; when the room failed meanwhile, it must try again.
                newer = self._sessions.of_seat(seat)
                failed = newer is None or newer is session
                code = ErrorCode.INTERNAL if failed else ErrorCode.REPLACED
                self._refuse(connection, ref, host.room_id, code)
                return
            session.trace = self._tracer.here
            answer = self._answer(host, session, received.hello.offer) if connection.admitting else None
            greeting = self._greeting(host, who, answer)
            shown = snapshot(host.state, who)
        except BaseException:
            if host.sessions.get(who) is session:
                del host.sessions[who]
            self._sessions.close(session, ErrorCode.INTERNAL)
            raise
        if session.accept(connection, ref, greeting, host.state.seq, shown, _now()):
            self._switchboard.welcome(host, session)
            self._captions.welcome(host, who)
            self._counts.openings["opened" if known is None else "restored"] += 1
            self._counts.join_s.observe(_now() - began)
            log.info(
                "session opened", role=admission.role, restored=known is not None, **logs.of_session(session)
            )
        else:
            self._tell(host, Disconnect(), who)

    def _close(self, session: Session, code: ErrorCode) -> None:
        self._sessions.close(session, code)
        self._switchboard.forget(PeerId(*session.seat))
        log.info("session closed", code=code.value, **logs.of_session(session))

    def _tell(self, host: RoomHost, command: Command, who: str) -> None:
        """Gives the room a command that nobody waits for."""
        try:
            host.submit(command, who).add_done_callback(retrieve)
        except (Refused, RoomFailed, JournalFull, JournalUnavailable) as problem:
            log.warning(
                "room did not take it",
                command=type(command).__name__,
                room=host.room_id,
                problem=str(problem),
            )


def _now() -> float:
    return time.monotonic()


def _refusal(problem: Exception) -> tuple[ErrorCode, str]:
    """How a hello is refused: the code, and the detail for whoever writes clients."""
    match problem:
        case ProtocolError():
            return problem.code, problem.detail
        case Refused():
            return REFUSED_CODES.get(problem.code, ErrorCode.INTERNAL), problem.detail
        case RoomNotFound():
            return ErrorCode.ROOM_NOT_FOUND, ""
        case RoomMoving():
            return ErrorCode.MOVED, ""
        case TooManyRooms():
            return ErrorCode.SERVER_FULL, "too many rooms"
        case OwnershipUnknown() | JournalFull() | JournalUnavailable():
            return ErrorCode.STORAGE_UNAVAILABLE, ""
        case _:
            return ErrorCode.INTERNAL, ""


def _role(text: str) -> Role:
    try:
        role: Role = msgspec.convert(text, Role)
        return role
    except msgspec.ValidationError:
        raise ProtocolError(ErrorCode.TOKEN_INVALID, "no such role") from None
