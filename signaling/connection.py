"""One socket's side of the protocol, without the socket.

Bytes that arrive go to `receive`, which returns what the wiring has to act on. What must be written waits in
the outbox: whenever there is something new the `wake` callback is called, and the socket's writer takes it
with `next_output` until None. After a `Close` there is nothing more. `tick` does the timed work by
`next_deadline`; `lost` says that the socket is gone.

    OPENING --hello--> ADMITTING --------------Session.accept / resume--> OPEN
        \\                  \\--keep_waiting--> WAITING -----^             |
         \\__________________\\_________________\\______________________\\___ fail / lost --> CLOSED
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

import msgspec

from signaling import codec
from signaling.buckets import TokenBucket
from signaling.captions import WriteCaption
from signaling.errors import CLOSE_CODES, ErrorCode, ProtocolError
from signaling.limits import SessionLimits
from signaling.messages import PROTOCOL_VERSION, Handover, Hello, Ping, Pong, Report, View
from signaling.notes import PointInNote
from signaling.outbox import Outbox
from signaling.tally import LOST, Tally

if TYPE_CHECKING:
    from signaling.session import Session

SILENCE_FACTOR = 2.5
"""A connection is given up after this many heartbeats without a frame."""
UNREPLIED: tuple[type[msgspec.Struct], ...] = (Pong, View, Report, Handover, PointInNote, WriteCaption)
"""The requests that may carry `ref` 0."""
FAULTS = frozenset(
    {
        ErrorCode.MALFORMED_FRAME,
        ErrorCode.FRAME_TOO_LARGE,
        ErrorCode.HELLO_EXPECTED,
        ErrorCode.TOO_MANY_ERRORS,
    }
)
"""The codes that say what the peer did wrong in the middle of a session."""


@dataclass(frozen=True, slots=True)
class HelloReceived:
    """Somebody asks to come in. The wiring answers with `Session.accept`, `Session.resume` or
    `Connection.refuse`."""

    ref: int
    hello: Hello


@dataclass(frozen=True, slots=True)
class RequestReceived:
    """A request to execute, once. `ref` > 0: exactly one `Session.reply` or `Session.refuse_request` must
    follow, at any later time, whatever has become of the socket; `ref` 0: no reply."""

    ref: int
    message: msgspec.Struct


@dataclass(frozen=True, slots=True)
class Send:
    frame: bytes


@dataclass(frozen=True, slots=True)
class Close:
    """Close the socket with this code; `reason` is the stable error code."""

    code: int
    reason: str


Received = HelloReceived | RequestReceived
Output = Send | Close


class Phase(Enum):
    OPENING = "opening"
    ADMITTING = "admitting"
    WAITING = "waiting"
    """Hello was said, and a person decides about it."""
    OPEN = "open"
    CLOSED = "closed"


def _no_wake() -> None:
    return None


class Connection:
    """One socket. All times are `now`, monotonic seconds."""

    def __init__(
        self,
        limits: SessionLimits,
        registry: codec.Registry,
        now: float,
        wake: Callable[[], None] = _no_wake,
        tally: Tally | None = None,
        name: str = "",
    ) -> None:
        """`wake` is called, from within the other methods, when `next_output` has something new; it must not
        block. `name`: what logs call the connection."""
        self.name = name
        self.tally = Tally() if tally is None else tally
        self._limits = limits
        self._registry = registry
        self._wake = wake
        self._outbox = Outbox(limits.outbox_frames, limits.outbox_bytes)
        self._requests = TokenBucket(limits.requests_per_s, limits.request_burst, now)
        self._errors = TokenBucket(limits.errors_per_s, limits.error_burst, now)
        self.opened_at = now
        self._heard_at = now
        self._ping_at = now + limits.heartbeat_s
        self._ping: tuple[int, float] | None = None
        self._close: Close | None = None
        self._close_taken = False
        self.phase = Phase.OPENING
        self.session: Session | None = None
        """The session that this socket carries, while it does."""
        self.round_trip_ms: float | None = None
        """By the last answered ping."""
        self.error_count = 0
        """Requests refused as malformed, unknown, too old or too fast."""

    # --- from the socket ------------------------------------------------------------------------------------

    def receive(self, data: bytes, now: float) -> list[Received]:
        """One binary WebSocket message. Never raises: what breaks the protocol queues an error and a
        `Close`."""
        if self.phase is Phase.CLOSED:
            return []
        self._heard_at = now
        try:
            frame = codec.unpack_request(data)
            if self.phase is Phase.WAITING:
                self._receive_while_waiting(frame, now)
                return []
            if self.phase is not Phase.OPEN:
                return [self._receive_hello(frame)]
            return self._receive_request(frame, now)
        except ProtocolError as error:
            self.fail(error.code, error.detail)
            return []

    def receive_text(self) -> None:
        """A text message came; there are none in this protocol."""
        self.fail(ErrorCode.MALFORMED_FRAME, "frames are binary")

    def lost(self, now: float, why: str = LOST) -> Session | None:
        """The socket is gone, by whoever's doing. Returns the session whose seat has nobody connected by this
        (it is DETACHED now), None if there is no such: never opened, already replaced, or closed. `why` is for
        the tally."""
        if self.phase is not Phase.CLOSED:
            self.tally.closed[why] += 1
        self.phase = Phase.CLOSED
        self._outbox.clear()
        session, self.session = self.session, None
        if session is None or not session.detach(self, now):
            return None
        return session

    # --- to the socket --------------------------------------------------------------------------------------

    def next_output(self) -> Output | None:
        """The next thing to do on the socket, removed from the queue; None: nothing until `wake`."""
        frame = self._outbox.take()
        if frame is not None:
            return Send(frame)
        if self._close is not None and not self._close_taken:
            self._close_taken = True
            return self._close
        return None

    @property
    def closing(self) -> Close | None:
        """Set as soon as the connection is to be closed, even while a slow reader still holds up earlier
        output: the wiring then allows a short time, and aborts."""
        return self._close

    def refuse(self, ref: int, code: ErrorCode, detail: str = "") -> None:
        """Answers the hello with an error, and closes."""
        self._end(code, codec.encode_error(ref, code.value, detail))

    def fail(self, code: ErrorCode, detail: str = "") -> None:
        """Ends this connection: `["error", 0, …]`, then close. What it carried can be resumed, if the session
        lives."""
        self._end(code, codec.encode_error(0, code.value, detail))

    def send(self, frame: bytes) -> None:
        """Queues an encoded event or reply. A reader that is too slow for it loses the connection
        (OUTBOX_FULL)."""
        if self.phase is not Phase.CLOSED:
            self._queued(self._outbox.put(frame))

    def send_push(self, name: str, frame: bytes) -> None:
        """Queues an encoded push; it takes the place of a waiting one of the same type."""
        if self.phase is not Phase.CLOSED:
            self._queued(self._outbox.put_push(name, frame))

    # --- time -----------------------------------------------------------------------------------------------

    def next_deadline(self) -> float | None:
        """When `tick` has something to do next; None: never (closed)."""
        if self.phase is Phase.CLOSED:
            return None
        if self.phase is Phase.OPENING:
            return self.opened_at + self._limits.hello_timeout_s
        if self.phase is Phase.ADMITTING:
            return self._heard_at + self._silence_s
        return min(self._ping_at, self._heard_at + self._silence_s)

    def tick(self, now: float, now_ms: int) -> None:
        """Timed work. `now_ms`: Unix time, told to the client in pings. Early and late calls are fine."""
        deadline = self.next_deadline()
        if deadline is None or now < deadline:
            return
        if self.phase is Phase.OPENING:
            self.fail(ErrorCode.HELLO_EXPECTED, "no hello in time")
        elif now >= self._heard_at + self._silence_s:
            self.fail(ErrorCode.HEARTBEAT_MISSED)
        else:
            self._ping_at = now + self._limits.heartbeat_s
            self._ping = (now_ms, now)
            self.send_push(codec.tag_of(Ping), codec.encode_push(Ping(sent_at_ms=now_ms)))

    # --- for Session ----------------------------------------------------------------------------------------

    @property
    def heard_at(self) -> float:
        """When the newest frame came."""
        return self._heard_at

    @property
    def waiting_bytes(self) -> int:
        """Of output that has not been taken."""
        return self._outbox.waiting_bytes

    @property
    def admitting(self) -> bool:
        """Hello was said, and the socket waits for the answer."""
        return self.phase in (Phase.ADMITTING, Phase.WAITING)

    def keep_waiting(self, now: float) -> bool:
        """The answer to hello will take as long as a person takes: heartbeats go both ways meanwhile. False: the socket
        has gone."""
        if not self.admitting:
            return False
        self.phase = Phase.WAITING
        self._ping_at = now + self._limits.heartbeat_s
        return True

    def opened(self, session: Session, now: float) -> None:
        """`Session` takes this connection as its own."""
        self.phase = Phase.OPEN
        self.session = session
        self._ping_at = now + self._limits.heartbeat_s

    def released(self) -> None:
        """`Session` has let go of this connection (it found another, or is over)."""
        self.session = None

    def count_error(self, now: float) -> bool:
        """Counts a refused request; False: that was one too many, and the connection is closed."""
        self.error_count += 1
        if self._errors.take(now):
            return True
        self.fail(ErrorCode.TOO_MANY_ERRORS)
        return False

    # --- inside ---------------------------------------------------------------------------------------------

    @property
    def _silence_s(self) -> float:
        return SILENCE_FACTOR * self._limits.heartbeat_s

    def _receive_hello(self, frame: codec.RequestFrame) -> HelloReceived:
        if self.phase is Phase.ADMITTING or frame.type != codec.tag_of(Hello) or frame.ref == 0:
            raise ProtocolError(ErrorCode.HELLO_EXPECTED, "say hello with a ref, and wait for the reply")
        if isinstance(frame.payload, dict) and frame.payload.get("protocol") != PROTOCOL_VERSION:
            # Looked at before the rest, which another version may spell in another way.
            raise ProtocolError(ErrorCode.PROTOCOL_UNSUPPORTED, f"this is version {PROTOCOL_VERSION}")
        try:
            hello = self._registry.request(frame.type, frame.payload)
        except codec.InvalidRequest as error:
            raise ProtocolError(ErrorCode.MALFORMED_FRAME, error.detail) from None
        assert isinstance(hello, Hello)
        self.phase = Phase.ADMITTING
        return HelloReceived(frame.ref, hello)

    def _receive_while_waiting(self, frame: codec.RequestFrame, now: float) -> None:
        """Nothing but pongs, and not too many."""
        if frame.type != codec.tag_of(Pong):
            raise ProtocolError(ErrorCode.HELLO_EXPECTED, "wait for the reply to hello")
        if not self._requests.take(now):
            self.tally.requests[ErrorCode.RATE_LIMITED.value] += 1
            self.count_error(now)
            return
        try:
            pong = self._registry.request(frame.type, frame.payload)
        except codec.InvalidRequest as error:
            raise ProtocolError(ErrorCode.MALFORMED_FRAME, error.detail) from None
        assert isinstance(pong, Pong)
        self._pong(pong, now)

    def _receive_request(self, frame: codec.RequestFrame, now: float) -> list[Received]:
        session = self.session
        if session is None:
            return []
        ref = frame.ref
        if not self._requests.take(now):
            if self.count_error(now):
                session.reject(ref, ErrorCode.RATE_LIMITED)
            return []
        try:
            if frame.type == codec.tag_of(Hello):
                raise codec.InvalidRequest(ErrorCode.MALFORMED_MESSAGE, "hello was said already")
            message = self._registry.request(frame.type, frame.payload)
        except codec.InvalidRequest as error:
            if self.count_error(now):
                session.reject(ref, error.code, error.detail)
            return []
        if isinstance(message, Pong):
            self._pong(message, now)
            if ref:
                session.acknowledge(ref)
            return []
        if ref == 0:
            if isinstance(message, UNREPLIED):
                return [RequestReceived(0, message)]
            raise ProtocolError(ErrorCode.MALFORMED_FRAME, f"{frame.type} needs a ref")
        return [RequestReceived(ref, message)] if session.admit(ref, message, now) else []

    def _pong(self, pong: Pong, now: float) -> None:
        if self._ping is not None and self._ping[0] == pong.sent_at_ms:
            self.round_trip_ms = (now - self._ping[1]) * 1000
            self._ping = None

    def _queued(self, taken: bool) -> None:
        if taken:
            self._wake()
            return
        if self.session is not None:
            self.session.overflowed()
        self._outbox.clear()
        self.fail(ErrorCode.OUTBOX_FULL)

    def _end(self, code: ErrorCode, frame: bytes) -> None:
        if self.phase is Phase.CLOSED:
            return
        if self.phase is not Phase.OPEN:
            self.tally.hellos[code.value] += 1
        elif code in FAULTS:
            self.tally.faults[code.value] += 1
        self.tally.closed[code.value] += 1
        self.phase = Phase.CLOSED
        self._close = Close(CLOSE_CODES[code], code.value)
        if not self._outbox.put(frame):
            self._outbox.clear()
            self._outbox.put(frame)
        self._wake()
