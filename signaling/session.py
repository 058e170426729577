"""The session of one seat: it survives sockets, remembers what was answered, and replays what was missed.

              accept              lost                      resume
    NEW ------------> JOINED -----------> DETACHED ------------------> JOINED
     |  refuse          | close              | close (also: the window is over)
     '----------------> CLOSED <-------------'

The transitions are the table below; every other one is a bug of the caller and raises `InvalidTransition`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

import msgspec

from signaling import codec
from signaling.connection import Connection
from signaling.errors import ErrorCode
from signaling.history import History
from signaling.limits import SessionLimits
from signaling.messages import PROTOCOL_VERSION, Done, GetSnapshot, MediaSetup, Resume, Resync, Welcome
from signaling.replies import REFUSALS, Fate, ReplyWindow
from signaling.tally import Tally


class State(Enum):
    NEW = "new"
    """Hello was said; the room has not answered."""
    JOINED = "joined"
    DETACHED = "detached"
    """The socket is gone; the session waits to be resumed."""
    CLOSED = "closed"


class Step(Enum):
    ACCEPT = "accept"
    DETACH = "detach"
    RESUME = "resume"
    CLOSE = "close"


TRANSITIONS: dict[tuple[State, Step], State] = {
    (State.NEW, Step.ACCEPT): State.JOINED,
    (State.NEW, Step.CLOSE): State.CLOSED,
    (State.JOINED, Step.DETACH): State.DETACHED,
    (
        State.JOINED,
        Step.RESUME,
    ): State.JOINED,  # the client noticed the loss of the old socket before the server
    (State.JOINED, Step.CLOSE): State.CLOSED,
    (State.DETACHED, Step.RESUME): State.JOINED,
    (State.DETACHED, Step.CLOSE): State.CLOSED,
    (State.CLOSED, Step.CLOSE): State.CLOSED,
}


class InvalidTransition(RuntimeError):
    """The caller's bug: this step does not exist in this state."""


class Seat(NamedTuple):
    """Whose session it is. There is at most one live session per seat."""

    room_id: str
    participant_id: str


@dataclass(frozen=True, slots=True)
class Greeting:
    """What the wiring knows and `Welcome` tells, beside the session's own."""

    role: str
    media: MediaSetup
    chat_chars: int
    server_time_ms: int
    answer: bytes | None = None


class Session:
    """Made by `Sessions.open`. `epoch` names the run of the room's `seq`; `id` and `secret` are random, given
    by the caller."""

    def __init__(
        self,
        seat: Seat,
        session_id: str,
        secret: str,
        epoch: str,
        opened_at: float,
        limits: SessionLimits,
        tally: Tally | None = None,
    ) -> None:
        self.seat = seat
        self.tally = Tally() if tally is None else tally
        self.id = session_id
        self.opened_at = opened_at
        """When the newest socket that asked for the session was accepted."""
        self.epoch = epoch
        self.state = State.NEW
        self.detached_at: float | None = None
        """Since when (monotonic seconds) there is no socket; None while there is."""
        self.connection: Connection | None = None
        self.connection_name = ""
        """Of the newest connection, also when it is gone."""
        self.client = ""
        """What the client said of itself in its newest hello."""
        self.invitation = ""
        """The `jti` of the one that its newest hello came by."""
        self.trace = ""
        """The `traceparent` of its newest coming in; empty: it is not traced."""
        self.hands_over = False
        """Its client carries media over when the room moves (`Handover`)."""
        self._secret = secret
        self._limits = limits
        self._replies = ReplyWindow(
            limits.unanswered_requests, limits.remembered_replies, limits.remembered_reply_bytes
        )
        self._history = History(limits.history_events, limits.history_bytes)
        self._needs_snapshot = False
        self._restored = False
        self.replayed = False
        """Whether the last resume needed no snapshot."""

    # --- opening and closing --------------------------------------------------------------------------------

    def restore(self, done: Sequence[tuple[int, int]], *, complete: bool) -> None:
        """Before `accept`: this session was open in another process, which executed the requests `done` (`ref` and `seq`,
        ascending). `complete`: and none before them. Repeated by the client, they are answered, not executed."""
        self._restored = True
        self._replies.restore(
            ((ref, codec.encode_reply(ref, Done(seq=seq))) for ref, seq in done), complete=complete
        )

    def accept(
        self, connection: Connection, ref: int, greeting: Greeting, seq: int, snapshot: object, now: float
    ) -> bool:
        """Opens the session on `connection`, in reply to hello `ref`; a restored one is resumed by it. `snapshot` shows
        the room at `seq`; events up to it are ignored from now on, the next one must be `seq + 1`.

        False: the socket went while the room was asked. The session is DETACHED, as if it had gone right after.
        """
        self._step(Step.ACCEPT)
        self._history.restart(seq)
        if not connection.admitting:
            self._step(Step.DETACH)
            self.detached_at = now
            return False
        self._attach(connection, now)
        self._welcome(connection, ref, greeting, seq, resumed=self._restored, snapshot=snapshot)
        return True

    def resume(
        self,
        connection: Connection,
        ref: int,
        greeting: Callable[[], Greeting],
        resume: Resume,
        snapshot: Callable[[], object],
        now: float,
    ) -> bool:
        """Takes the session up on a new socket: welcome, then what was missed; or, when that is no longer kept,
        welcome with a fresh snapshot. `snapshot` gives one at the session's `seq` (the last given to `event`);
        `greeting` is asked only when the session is certain to go on.

        The old socket, if it is still there, is closed with REPLACED. False: the new socket went while the room
        was asked, or is not the newest; the session is as before. Check `proves` (or use `Sessions.find`) first.
        """
        if not connection.admitting:
            return False
        if self.connection is not None and connection.opened_at < self.connection.opened_at:
            # A hello that was stuck in the network while its client gave up the socket and opened another one.
            # Obeyed, it would throw that client out, and for good: REPLACED is final.
            connection.refuse(ref, ErrorCode.REPLACED, "a newer socket carries the session")
            return False
        greeted = greeting()
        self._step(Step.RESUME)
        if self.connection is not None:
            self._let_go(self.connection, ErrorCode.REPLACED, "resumed on another socket")
        missed = self._missed(resume)
        self.replayed = missed is not None
        self._attach(connection, now)
        seq = self._history.seq
        if missed is None:
            self._history.restart(seq)
            self._welcome(connection, ref, greeted, seq, resumed=True, snapshot=snapshot())
            return True
        self._welcome(connection, ref, greeted, seq, resumed=True, snapshot=None)
        for frame in missed:
            connection.send(frame)
        return True

    def proves(self, secret: str) -> bool:
        """Whether this is the session's secret, compared in constant time."""
        return hmac.compare_digest(self._secret.encode(), secret.encode())

    def detach(self, connection: Connection, now: float) -> bool:
        """`connection` is lost. False if the session had left it already. Called by `Connection.lost`."""
        if self.connection is not connection:
            return False
        self._step(Step.DETACH)
        self.connection = None
        self.detached_at = now
        return True

    def close(self, code: ErrorCode, detail: str = "") -> None:
        """Ends the session for good: its socket hears `code` and is closed. Harmless when closed already."""
        self._step(Step.CLOSE)
        if self.connection is not None:
            self._let_go(self.connection, code, detail)

    # --- requests -------------------------------------------------------------------------------------------

    def reply(self, ref: int, result: msgspec.Struct) -> None:
        """The request `ref` was executed. Remembered, whether or not there is a socket now."""
        self._answer(ref, codec.encode_reply(ref, result), remember=not isinstance(result, Resync))

    def refuse_request(self, ref: int, code: str, detail: str = "") -> None:
        """The request `ref` was refused: with a room's `Refusal`, or a refusal of `ErrorCode`. Remembered
        like a reply. `ref` 0 hears nothing."""
        self.tally.requests[code] += 1
        if ref:
            self._answer(ref, codec.encode_error(ref, code, detail), remember=True)

    # --- what the room says ---------------------------------------------------------------------------------

    @property
    def seq(self) -> int:
        """The newest event that this session was given (sent, or kept for the client's return)."""
        return self._history.seq

    def event(self, seq: int, frame: bytes) -> None:
        """An event as this viewer may see it, encoded by `codec.encode_event`. To be called for every event
        of the room, with or without a socket, in order; those that the snapshot had already are ignored.
        Raises ValueError on a gap."""
        if self.state in (State.NEW, State.CLOSED) or seq <= self._history.seq:
            return
        self._history.append(seq, frame)
        if self.connection is not None:
            self.connection.send(frame)

    def push(self, name: str, frame: bytes) -> None:
        """State encoded by `codec.encode_push`; `name` is its type. Not kept for a client that is away: the
        wiring pushes the present state again after a resume."""
        if self.connection is not None:
            self.connection.send_push(name, frame)

    # --- for Connection -------------------------------------------------------------------------------------

    def admit(self, ref: int, message: msgspec.Struct, now: float) -> bool:
        """Whether to execute a request; if not, it has been answered, or will be."""
        if isinstance(message, GetSnapshot):
            # Changes nothing, and its reply is worth something only when fresh: executed as often as asked.
            self._replies.skip(ref)
            return True
        fate = self._replies.admit(ref)
        if fate is Fate.EXECUTE:
            return True
        if fate is Fate.REPEAT:
            self._send(self._replies.reply(ref))
        elif fate is not Fate.WAIT and (self.connection is None or self.connection.count_error(now)):
            self.tally.requests[REFUSALS[fate].value] += 1
            refusal = codec.encode_error(ref, REFUSALS[fate].value)
            self._answer(ref, refusal, remember=fate is Fate.TOO_MANY)
        return False

    def reject(self, ref: int, code: ErrorCode, detail: str = "") -> None:
        """Refuses a request that was not understood or came too fast. `ref` 0 hears nothing; a `ref` that is
        known keeps the fate it has."""
        self.tally.requests[code.value] += 1
        if ref and not self._replies.knows(ref):
            self._answer(ref, codec.encode_error(ref, code.value, detail), remember=True)

    def acknowledge(self, ref: int) -> None:
        """Replies to a request that the connection itself has dealt with."""
        self._replies.skip(ref)
        self._answer(ref, codec.encode_reply(ref, Done(seq=0)), remember=False)

    def overflowed(self) -> None:
        """The outbox was full: the client comes back to a snapshot, which is smaller than what it was too
        slow for."""
        self._needs_snapshot = True

    # --- inside ---------------------------------------------------------------------------------------------

    def _step(self, step: Step) -> None:
        state = TRANSITIONS.get((self.state, step))
        if state is None:
            raise InvalidTransition(f"{step.value} in state {self.state.value}")
        self.state = state

    def _attach(self, connection: Connection, now: float) -> None:
        self.connection = connection
        self.connection_name = connection.name
        self.opened_at = connection.opened_at
        self.detached_at = None
        self._needs_snapshot = False
        connection.opened(self, now)

    def _let_go(self, connection: Connection, code: ErrorCode, detail: str) -> None:
        self.connection = None
        connection.released()
        connection.fail(code, detail)

    def _missed(self, resume: Resume) -> tuple[bytes, ...] | None:
        if self._needs_snapshot or resume.epoch != self.epoch:
            return None
        return self._history.since(resume.seq)

    def _welcome(
        self,
        connection: Connection,
        ref: int,
        greeting: Greeting,
        seq: int,
        *,
        resumed: bool,
        snapshot: object,
    ) -> None:
        welcome = Welcome(
            protocol=PROTOCOL_VERSION,
            session_id=self.id,
            secret=self._secret,
            participant_id=self.seat.participant_id,
            role=greeting.role,
            epoch=self.epoch,
            resumed=resumed,
            seq=seq,
            heartbeat_s=self._limits.heartbeat_s,
            server_time_ms=greeting.server_time_ms,
            limits=self._limits.announced(greeting.chat_chars),
            media=greeting.media,
            snapshot=snapshot,
            answer=greeting.answer,
        )
        connection.send(codec.encode_reply(ref, welcome))

    def _answer(self, ref: int, frame: bytes, *, remember: bool) -> None:
        if remember:
            self._replies.answer(ref, frame)
        self._send(frame)

    def _send(self, frame: bytes) -> None:
        if self.connection is not None:
            self.connection.send(frame)
