"""A client that follows docs/protocol.md, and keeps a book of everything it asked and was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import msgspec

from classroom.wire import REGISTRY
from rooms.commands import Leave
from rooms.events import RoleChanged, ViewedEvent
from rooms.model import Snapshot
from rooms.views import fold
from signaling import codec
from signaling.errors import CLOSE_CODES
from signaling.messages import Done, GetSnapshot, Hello, LobbyWaiting, Ping, Pong, Resume, Resync, Welcome
from signaling.notes import NoteUpdated
from tests.faults.loop import VirtualLoop
from tests.faults.network import Line

if TYPE_CHECKING:
    from tests.faults.pad import Pad

HELLO_REF = 1
MAX_WAITING = 48
OPEN_S = 10.0
SILENCE_FACTOR = 2.5
LOBBY_HEARTBEAT_S = 5.0
"""Before a welcome tells it."""
FINAL = frozenset(
    {
        *("malformed_frame", "frame_too_large", "protocol_unsupported", "room_not_found", "name_needed"),
        *("token_invalid", "token_expired", "token_not_yet_valid", "token_revoked"),
        *("room_full", "room_locked", "not_admitted", "removed", "replaced", "left", "meeting_ended"),
    }
)
CODE_OF_CLOSE = {number: code.value for code, number in CLOSE_CODES.items()}


class Violation(AssertionError):
    """Something happened that must never happen."""


@dataclass
class Asked:
    """A request, for the book."""

    command: msgspec.Struct
    ref: int
    frame: bytes
    session_id: str | None = None
    """The session in which it was sent; None: it never left."""
    fate: str = "open"
    """open, done, refused, unknown (the session was lost before its reply came)."""
    seq: int = 0
    code: str = ""
    repeats: int = 0


@dataclass
class Person:
    """Somebody with a seat in mind, and the tabs that were ever opened for it, oldest first."""

    seat: str
    tabs: list[Client] = field(default_factory=list)
    welcomed: bool = False
    """Has been in: never waits again."""

    @property
    def open(self) -> Client | None:
        """The newest tab that still tries or is in."""
        return next((tab for tab in reversed(self.tabs) if tab.book.final is None and not tab.off), None)


@dataclass
class Book:
    asked: list[Asked] = field(default_factory=list)
    shown: dict[int, ViewedEvent] = field(default_factory=dict)
    """What was seen of each event, by `seq`."""
    welcomes: int = 0
    welcomed_at: list[int] = field(default_factory=list)
    """The `seq` of each welcome: the room as it was shown."""
    waits: int = 0
    """In the lobby."""
    resumed: int = 0
    replayed: int = 0
    sessions: list[str] = field(default_factory=list)
    final: str | None = None


class Client:
    """One tab. `dial` opens a socket to whatever node the proxy finds. `invitation`: its `jti`."""

    def __init__(
        self,
        person: Person,
        invitation: str,
        token: str,
        loop: VirtualLoop,
        chance: Random,
        dial: Callable[[Client], Line],
        trace: Callable[[str], None],
    ) -> None:
        self.person = person
        self.seat = person.seat
        self.name = f"{person.seat}{len(person.tabs) or ''}"
        person.tabs.append(self)
        self.invitation = invitation
        self.book = Book()
        self.pad: Pad | None = None
        """What it writes in the room's shared note."""
        self.leaving = False
        """The person has said so: nothing is tried again."""
        self.at_door = False
        """Waits in the lobby."""
        self.snapshot: Snapshot | None = None
        self.up = False
        self.off = False
        """The device is gone; nobody hears from it any more."""
        self._token = token
        self._loop = loop
        self._chance = chance
        self._dial = dial
        self._trace = trace
        self.line: Line | None = None
        self._greeting = False
        self._welcome: Welcome | None = None
        self._epoch = ""
        self._ref = HELLO_REF
        self.waiting: dict[int, Asked] = {}
        self._once: dict[int, Callable[[Any, str], None]] = {}
        self._resyncs: set[int] = set()
        self._held: list[codec.EventFrame] | None = None
        self._attempt = 0
        self._heard_at = 0.0
        self._generation = 0
        self._said: str | None = None
        """How the server says that this connection ends."""

    # --- what a person does ---------------------------------------------------------------------------------

    def connect(self) -> None:
        if self.off or self.line is not None or self.book.final is not None:
            return
        self._generation += 1
        self._greeting, self._said = True, None
        self._heard_at = self._loop.time()
        self.line = self._dial(self)
        self.after(OPEN_S, lambda: self._greeting and not self.at_door and self.lost("open timeout"))

    def ask(self, command: msgspec.Struct) -> None:
        if len(self.waiting) >= MAX_WAITING or self.book.final is not None:
            return
        self._ref += 1
        asked = Asked(command, self._ref, codec.encode_request(self._ref, command))
        self.book.asked.append(asked)
        self.waiting[asked.ref] = asked
        if self.up:
            self._transmit(asked)

    def leave(self) -> None:
        self.ask(Leave())
        self.leaving = True

    def take_back(self) -> None:
        """The button on a tab that was replaced."""
        self.book.final = None
        self._attempt = 0
        self.connect()

    def send(self, message: msgspec.Struct, answered: Callable[[Any, str], None]) -> None:
        """A request that is not sent again: `answered` is given its result, or a code. It hears nothing if the socket goes."""
        assert self.line is not None
        self._ref += 1
        self._once[self._ref] = answered
        self.line.send(codec.encode_request(self._ref, message))

    @property
    def proof(self) -> str:
        """What shows other doors of the server whose session it is."""
        assert self._welcome is not None
        return f"{self._welcome.session_id}.{self._welcome.secret}"

    def lost(self, why: str) -> None:
        """The socket is of no use any more."""
        line, self.line = self.line, None
        if line is None:
            return
        self._trace(f"{self.name}: lost ({why})")
        self.up = self._greeting = self.at_door = False
        self._once.clear()
        if self.pad is not None:
            self.pad.lost()
        if self._held is not None:  # the snapshot that was asked for is still wanted
            self.snapshot = None
        self._held = None
        self._resyncs.clear()
        self._generation += 1
        line.close()
        if why in FINAL or self.leaving:
            self.book.final = "left" if self.leaving else why
            return
        self._attempt += 1
        pause = 0.0 if self._attempt <= 1 else min(0.25 * 2 ** (self._attempt - 2), 3.0)
        self.after(pause * (1 - self._chance.random() / 2), self.connect)

    def reload(self) -> None:
        """The page is loaded anew: session and outbox are kept, the picture of the room is not."""
        self.lost("reload")
        self.snapshot = None

    def vanish(self) -> None:
        """The device is off; nobody is told."""
        self.off = True
        self._generation += 1

    # --- from the network -----------------------------------------------------------------------------------

    def opened(self, line: Line) -> None:
        if line is not self.line or self.off:
            return
        resume = None
        if self._welcome is not None:
            resume = Resume(
                session_id=self._welcome.session_id,
                secret=self._welcome.secret,
                epoch=self._epoch,
                seq=self._welcome.seq if self.snapshot is None else self.snapshot.seq,
            )
        hello = Hello(protocol=1, token=self._token, resume=resume, client="fault simulator")
        line.send(codec.encode_request(HELLO_REF, hello))

    def closed(self, line: Line, code: int) -> None:
        if line is self.line and not self.off:
            self.lost(self._said or CODE_OF_CLOSE.get(code, str(code)))

    def received(self, line: Line, frame: bytes) -> None:
        if line is not self.line or self.off:
            return
        self._heard_at = self._loop.time()
        match codec.decode_server_frame(frame, REGISTRY):
            case codec.ReplyFrame(ref, result):
                if self._greeting and ref == HELLO_REF:
                    self._welcomed(msgspec.convert(result, Welcome))
                elif ref in self._resyncs:
                    self._resyncs.clear()
                    self._restart(msgspec.convert(result, Resync).snapshot)
                elif ref in self._once:
                    self._once.pop(ref)(result, "")
                elif any(one.ref == ref for one in self.book.asked):
                    self._answered(ref, msgspec.convert(result, Done).seq, "")
            case codec.ErrorFrame(ref, error):
                if ref == 0 or (self._greeting and ref == HELLO_REF):
                    self._said = str(error.code)
                elif ref in self._once:
                    self._once.pop(ref)(None, str(error.code))
                else:
                    self._answered(ref, 0, str(error.code))
            case codec.EventFrame() as event:
                self._take(event)
            case codec.PushFrame(push):
                if isinstance(push, Ping):
                    line.send(codec.encode_request(0, Pong(sent_at_ms=push.sent_at_ms)))
                elif isinstance(push, LobbyWaiting):
                    self._waits()
                elif isinstance(push, NoteUpdated) and self.pad is not None:
                    self.pad.updated(push.update)

    # --- inside ---------------------------------------------------------------------------------------------

    def _waits(self) -> None:
        if self.person.welcomed:
            raise Violation(f"{self.name} was in the room before, and waits in the lobby")
        self._trace(f"{self.name}: waits in the lobby")
        self.book.waits += 1
        self.at_door = True
        self._watch(LOBBY_HEARTBEAT_S * SILENCE_FACTOR)

    def _welcomed(self, welcome: Welcome) -> None:
        assert self.line is not None
        before = self._welcome
        self._greeting, self.up, self._attempt = False, True, 0
        self.at_door, self.person.welcomed = False, True
        self.book.welcomes += 1
        self.book.welcomed_at.append(welcome.seq)
        self.book.resumed += welcome.resumed
        self._trace(
            f"{self.name}: welcome seq {welcome.seq} resumed {welcome.resumed} "
            f"snapshot {welcome.snapshot is not None} epoch {welcome.epoch[:4]}"
        )
        if welcome.participant_id != self.seat:
            raise Violation(f"{self.seat} was given the seat {welcome.participant_id}")
        if welcome.resumed and (before is None or before.session_id != welcome.session_id):
            raise Violation(f"{self.seat} resumed a session that it did not have")
        if welcome.session_id not in self.book.sessions:
            self.book.sessions.append(welcome.session_id)
        same_epoch = self._epoch == welcome.epoch
        self._welcome, self._epoch = welcome, welcome.epoch
        if welcome.snapshot is not None:
            self._restart(msgspec.convert(welcome.snapshot, Snapshot))
        elif not (welcome.resumed and same_epoch):
            raise Violation(f"{self.seat} was told nothing of the room")
        elif self.snapshot is None:
            self._resync()
        self._watch(welcome.heartbeat_s * SILENCE_FACTOR)
        for ref, asked in sorted(self.waiting.items()):
            if asked.session_id is not None and not welcome.resumed:
                asked.fate = "unknown"
                del self.waiting[ref]
            else:
                self._transmit(asked)
        if self.pad is not None:
            self.pad.begin()

    def _transmit(self, asked: Asked) -> None:
        assert self.line is not None
        assert self._welcome is not None
        if asked.session_id is not None:
            asked.repeats += 1
        asked.session_id = self._welcome.session_id
        self.line.send(asked.frame)

    def _answered(self, ref: int, seq: int, code: str) -> None:
        asked = self.waiting.pop(ref, None)
        if asked is None:
            answered = [one for one in self.book.asked if one.ref == ref]
            same = [one for one in answered if one.fate != "unknown" and (one.seq, one.code) == (seq, code)]
            if answered and not same:
                raise Violation(
                    f"{self.seat}: request {ref} was answered twice, and differently: {seq} {code}"
                )
            return
        asked.fate, asked.seq, asked.code = "refused" if code else "done", seq, code

    def _take(self, frame: codec.EventFrame) -> None:
        if self._held is not None:
            self._held.append(frame)
            return
        if self.snapshot is None:
            self._resync()
            self._take(frame)
            return
        if frame.seq <= self.snapshot.seq:
            return
        if frame.seq != self.snapshot.seq + 1:
            raise Violation(f"{self.seat}: event {frame.seq} follows {self.snapshot.seq}")
        event: ViewedEvent = frame.event  # type: ignore[assignment]
        known = self.book.shown.setdefault(frame.seq, event)
        if known != event:
            raise Violation(f"{self.seat} was shown two different events {frame.seq}: {known} and {event}")
        self.snapshot = fold(self.snapshot, frame.seq, event)
        if isinstance(event, RoleChanged) and event.participant_id == self.seat:
            self._resync()

    def _resync(self) -> None:
        assert self.line is not None
        if self._held is None:
            self._held = []
            self._ref += 1
            self._resyncs.add(self._ref)
            self.line.send(codec.encode_request(self._ref, GetSnapshot()))

    def _restart(self, snapshot: Snapshot) -> None:
        if not isinstance(snapshot, Snapshot):
            snapshot = msgspec.convert(snapshot, Snapshot)
        held, self._held = self._held or [], None
        self.snapshot = snapshot
        for frame in held:
            self._take(frame)

    def _watch(self, limit_s: float) -> None:
        silent_s = self._loop.time() - self._heard_at
        if silent_s >= limit_s:
            self.lost("silence")
        else:
            self.after(limit_s - silent_s + 0.001, lambda: self._watch(limit_s))

    def after(self, delay_s: float, action: Callable[[], object]) -> asyncio.TimerHandle:
        generation = self._generation

        def act() -> None:
            if generation == self._generation:
                action()

        return self._loop.call_later(delay_s, act, context=Context())
