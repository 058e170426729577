"""A session without sockets, on simulated time."""

from __future__ import annotations

from typing import Any

import msgpack
import msgspec

from classroom.wire import REGISTRY
from rooms.events import HandRaised
from signaling import codec
from signaling.connection import Close, Connection, HelloReceived, Received, Send
from signaling.limits import SessionLimits
from signaling.messages import PROTOCOL_VERSION, Hello, MediaSetup, Resume
from signaling.session import Greeting, Seat, Session
from signaling.sessions import Sessions

LIMITS = SessionLimits(
    unanswered_requests=4,
    remembered_replies=6,
    history_events=6,
    outbox_frames=12,
    request_burst=20,
    requests_per_s=10,
    error_burst=5,
    errors_per_s=1,
)
GREETING = Greeting(
    role="participant", media=MediaSetup(audio_slots=4, video_slots=16), chat_chars=4000, server_time_ms=0
)
SEAT = Seat("r1", "p1")
SECRET = "s" * 32


def hello(resume: Resume | None = None, protocol: int = PROTOCOL_VERSION) -> Hello:
    return Hello(protocol=protocol, token="t", resume=resume)


def event_frame(seq: int) -> bytes:
    return codec.encode_event(seq, seq * 1000, HandRaised(participant_id="p1", at_ms=seq * 1000))


class Socket:
    """One connection and what a client reads from it."""

    def __init__(self, now: float = 0.0, limits: SessionLimits = LIMITS) -> None:
        self.wakes = 0
        self.connection = Connection(limits, REGISTRY, now, self._woken)
        self.closed: Close | None = None

    def _woken(self) -> None:
        self.wakes += 1

    def send(self, ref: int, request: msgspec.Struct, now: float = 0.0) -> list[Received]:
        return self.connection.receive(codec.encode_request(ref, request), now)

    def send_raw(self, *frame: object, now: float = 0.0) -> list[Received]:
        return self.connection.receive(msgpack.packb(list(frame)), now)

    def read(self) -> list[Any]:
        """Everything written so far, as plain frames; a close is kept in `closed`."""
        frames: list[Any] = []
        while (output := self.connection.next_output()) is not None:
            match output:
                case Send(frame):
                    frames.append(msgpack.unpackb(frame))
                case Close():
                    self.closed = output
        return frames

    def seqs(self) -> list[int]:
        return [frame[1] for frame in self.read() if frame[0] == "event"]


class Server:
    """A registry of sessions, with ids that count."""

    def __init__(self, limits: SessionLimits = LIMITS) -> None:
        self.limits = limits
        self.sessions = Sessions(limits)
        self._made = 0

    def open(
        self, now: float = 0.0, seq: int = 0, seat: Seat = SEAT, epoch: str = "e1"
    ) -> tuple[Socket, Session]:
        """A joined session, its welcome not yet read."""
        socket = Socket(now, self.limits)
        [said] = socket.send(1, hello(), now)
        assert isinstance(said, HelloReceived)
        self._made += 1
        session = self.sessions.open(
            seat, f"session-{self._made}", SECRET, epoch, socket.connection.opened_at
        )
        assert session.accept(socket.connection, said.ref, GREETING, seq, {"seq": seq}, now)
        return socket, session

    def resume(self, session: Session, seq: int, now: float = 0.0, epoch: str = "e1") -> Socket:
        socket = Socket(now, self.limits)
        resume = Resume(session_id=session.id, secret=SECRET, epoch=epoch, seq=seq)
        [said] = socket.send(1, hello(resume), now)
        assert isinstance(said, HelloReceived)
        found = self.sessions.find(said.hello.resume, session.seat, now)
        assert found is session
        assert session.resume(
            socket.connection, said.ref, lambda: GREETING, resume, lambda: {"seq": session.seq}, now
        )
        return socket
