"""One participant's WebSocket session: requests and replies, events and pushes, and resuming (docs/protocol.md)."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from signaling.messages import PROTOCOL_VERSION

REPLY_TIMEOUT_S = 15.0
_OPEN_TIMEOUT_S = 10.0
_MAX_FRAME_BYTES = 4 << 20
_FINAL = frozenset(
    {
        "malformed_frame",
        "token_invalid",
        "token_expired",
        "token_not_yet_valid",
        "room_not_found",
        "name_needed",
        "protocol_unsupported",
        "replaced",
        "removed",
        "left",
        "frame_too_large",
        "room_full",
        "room_locked",
        "not_admitted",
        "meeting_ended",
        "token_revoked",
    }
)
"""Ends after which a client does not come back by itself."""


class SessionError(Exception):
    """The server refused a request, ended the session, or cannot be reached. `code` is the protocol's, or
    "unreachable", "closed", "timeout"."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code

    @property
    def final(self) -> bool:
        return self.code in _FINAL


OnMessage = Callable[[str, dict[str, Any]], object]
OnReply = Callable[[str, float], object]
"""`on_reply(type, ms)`: how long the reply to a request took."""
OnLost = Callable[[SessionError], object]
"""The socket went, and the session can be resumed."""
OnFormer = Callable[[dict[str, Any] | None], object]
"""The room has moved, and the media connection of before lives on: what is in its slots now; None: it is over."""


@dataclass(slots=True)
class _Request:
    kind: str
    frame: list[Any]
    sent_at: float
    reply: asyncio.Future[dict[str, Any]]


class Session:
    """`on_welcome(welcome)`, `on_event(type, payload)` and `on_push(type, payload)` are called in the order
    of arrival. With `on_lost` a lost socket is not the end: requests wait for `resume`. With `on_former` media are carried
    over when the room moves: after `on_lost` (with the code "moved") the socket of before goes on telling of its slots."""

    def __init__(
        self,
        on_welcome: Callable[[dict[str, Any]], object],
        on_event: OnMessage,
        on_push: OnMessage,
        on_reply: OnReply | None = None,
        on_lost: OnLost | None = None,
        on_former: OnFormer | None = None,
    ) -> None:
        self._on_welcome = on_welcome
        self._on_event = on_event
        self._on_push = on_push
        self._on_reply = on_reply
        self._on_lost = on_lost
        self._on_former = on_former
        self._former: ClientConnection | None = None
        self._link = urlsplit("")
        self._address: str | None = None
        self._hello: dict[str, Any] = {}
        self._hello_ref = 0
        self._welcomed: asyncio.Future[dict[str, Any]] | None = None
        self._resume: dict[str, Any] = {}
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._reading = asyncio.Event()
        self._reading.set()
        self._waiting: dict[int, _Request] = {}
        self._ref = 0
        self._seq = 0
        self._closing = False
        self.connected = False
        self.ended: SessionError | None = None
        """Why the session ended, if it was not us who ended it."""

    async def open(
        self,
        join_link: str,
        *,
        name: str,
        seat: str,
        address: str | None = None,
        offer: dict[str, Any] | None = None,
    ) -> None:
        """Says hello with the link's token, and returns when welcome. `address`: the IP address to come from, where
        the server is this machine. `offer`: an `EarlyOffer`. Raises SessionError."""
        self._link = urlsplit(join_link)
        self._address = address if is_loopback(self._link.hostname or "") else None
        self._hello = {
            "protocol": PROTOCOL_VERSION,
            "token": self._link.fragment.removeprefix("t="),
            "name": name,
            "seat": seat,
            "client": "loadtest",
        }
        await self._connect()
        await self._greet(self._hello | ({} if offer is None else {"offer": offer}))

    async def resume(self) -> bool:
        """Takes the session up on a new socket and repeats what is unanswered; False: it is a fresh one, and what
        was unanswered has failed. Raises SessionError."""
        await self._connect()
        welcome = await self._greet(self._hello | {"resume": self._resume | {"seq": self._seq}})
        if not welcome["resumed"]:
            self._fail(SessionError("closed", "the session was gone"))
            return False
        for ref in sorted(self._waiting):
            await self._send(self._waiting[ref].frame)
        return True

    @property
    def session_id(self) -> str | None:
        """Of the newest welcome."""
        return self._resume.get("session_id")

    async def _connect(self) -> None:
        secure = self._link.scheme == "https"
        url = f"{'wss' if secure else 'ws'}://{self._link.netloc}/ws"
        options: dict[str, Any] = {}
        if self._address is not None:
            options = {"host": "127.0.0.1", "local_addr": (self._address, 0)}
        try:
            self._socket = await connect(
                url,
                origin=f"{self._link.scheme}://{self._link.netloc}",  # type: ignore[arg-type]  # websockets has a NewType
                compression=None,
                open_timeout=_OPEN_TIMEOUT_S,
                ping_interval=None,
                max_size=_MAX_FRAME_BYTES,
                **options,
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidMessage, EOFError) as error:
            raise SessionError("unreachable", f"{url}: {error or type(error).__name__}") from error
        self.ended = None
        self.connected = True
        self._reader = asyncio.create_task(self._read(self._socket))

    async def _greet(self, hello: dict[str, Any]) -> dict[str, Any]:
        self._ref += 1
        self._hello_ref = self._ref
        self._welcomed = asyncio.get_running_loop().create_future()
        began = time.perf_counter()
        try:
            await self._send([self._hello_ref, "hello", hello])
            async with asyncio.timeout(REPLY_TIMEOUT_S):
                welcome = await self._welcomed
        except TimeoutError:
            raise SessionError("timeout", f"no reply to hello in {REPLY_TIMEOUT_S:.0f} s") from None
        finally:
            self._welcomed = None
        self._tell_reply("hello", began)
        return welcome

    async def request(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The reply's result. Raises SessionError."""
        if self.ended is not None and (self._on_lost is None or self.ended.final):
            raise self.ended
        self._ref += 1
        ref = self._ref
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        request = self._waiting[ref] = _Request(kind, [ref, kind, payload], time.perf_counter(), reply)
        try:
            if self.connected:
                try:
                    await self._send(request.frame)
                except SessionError:
                    if self._on_lost is None or self.ended is None or self.ended.final:
                        raise  # else it is repeated once the session is resumed
            # Not wait_for: before Python 3.12 it forgets that it was cancelled if the reply came at that moment.
            async with asyncio.timeout(REPLY_TIMEOUT_S):
                return await reply
        except TimeoutError:
            raise SessionError("timeout", f"no reply to {kind} in {REPLY_TIMEOUT_S:.0f} s") from None
        finally:
            self._waiting.pop(ref, None)

    async def tell(self, kind: str, payload: dict[str, Any]) -> None:
        """Sends what needs no reply. Raises SessionError."""
        await self._send([0, kind, payload])

    @property
    def moving(self) -> bool:
        """The socket of before the room's move lives."""
        return self._former is not None

    async def arrived(self) -> None:
        """Tells the node of before the room's move that media are connected at the new one."""
        if self._former is not None:
            with suppress(ConnectionClosed):
                await self._former.send(msgpack.packb([0, "media.handover", {"arrived": True}]))

    def cut(self) -> None:
        """The network takes the socket away, without a goodbye."""
        if self._socket is not None:
            self._socket.transport.abort()

    def read(self, on: bool) -> None:
        """Whether anything is read at all."""
        if on:
            self._reading.set()
        else:
            self._reading.clear()

    async def close(self) -> bool:
        """Leaves for good, then closes the socket. Whether the server has acknowledged it."""
        self._closing = True
        self.read(True)
        if self._former is not None:
            await self._former.close()
        if self._socket is None:
            return False
        left = False
        if self.connected:
            with suppress(SessionError):
                await self.request("leave", {})
                left = True
        await self._socket.close()
        if self._reader is not None:
            await self._reader
        self._fail(SessionError("closed", "left"))
        return left

    async def _send(self, frame: list[Any]) -> None:
        assert self._socket is not None
        try:
            await self._socket.send(msgpack.packb(frame))
        except ConnectionClosed as error:
            raise self.ended or SessionError("closed", str(error)) from error

    async def _read(self, socket: ClientConnection) -> None:
        detail = "the server closed the socket"
        try:
            async for frame in socket:
                await self._reading.wait()
                if isinstance(frame, bytes):
                    if socket is self._former:
                        await self._take_former(socket, msgpack.unpackb(frame))
                    elif socket is self._socket:
                        await self._take(msgpack.unpackb(frame))
        except ConnectionClosed as error:
            detail = str(error)
        if socket is self._former:
            self._former = None
            if self._on_former is not None:
                self._on_former(None)
        if socket is not self._socket:
            return
        self.connected = False
        if not self._closing:
            self.ended = self.ended or SessionError("closed", detail)
        ended = self.ended or SessionError("closed", detail)
        if self._welcomed is not None and not self._welcomed.done():
            self._welcomed.set_exception(ended)
        elif self._on_lost is not None and not self._closing and not ended.final:
            self._on_lost(ended)
            return
        if self._on_lost is None or self._closing or ended.final:
            self._fail(ended)

    def _fail(self, error: SessionError) -> None:
        for request in self._waiting.values():
            if not request.reply.done():
                request.reply.set_exception(error)

    async def _take(self, frame: list[Any]) -> None:
        match frame:
            case ["ok", ref, result]:
                if self._welcomed is not None and ref == self._hello_ref:
                    self._take_welcome(result)
                elif (request := self._waiting.get(ref)) is not None and not request.reply.done():
                    self._tell_reply(request.kind, request.sent_at)
                    request.reply.set_result(result)
            case ["error", ref, error]:
                self._take_error(ref, SessionError(error["code"], error.get("detail", "")))
            case ["event", seq, _, kind, payload]:
                if seq <= self._seq:
                    return  # the snapshot has it already
                if seq != self._seq + 1:
                    self.ended = SessionError("closed", f"event {seq} after {self._seq}: events were lost")
                self._seq = seq
                self._on_event(kind, payload)
            case ["push", "ping", payload]:
                with suppress(SessionError):
                    await self.tell("pong", {"sent_at_ms": payload["sent_at_ms"]})
            case ["push", "room.moved", _]:
                self._move()
            case ["push", kind, payload]:
                self._on_push(kind, payload)

    def _move(self) -> None:
        """The room is at another node: the socket stays for the media connection of before, and another one is opened."""
        if self._on_lost is not None:
            if self._former is not None:
                self._former.transport.abort()
            self._former, self._socket = self._socket, None
            self.connected = False
            self.ended = SessionError("moved")
            self._on_lost(self.ended)

    async def _take_former(self, socket: ClientConnection, frame: list[Any]) -> None:
        match frame:
            case ["push", "ping", payload]:
                with suppress(ConnectionClosed):
                    await socket.send(msgpack.packb([0, "pong", {"sent_at_ms": payload["sent_at_ms"]}]))
            case ["push", "media.slots", payload] if self._on_former is not None:
                self._on_former(payload)

    def _take_welcome(self, welcome: dict[str, Any]) -> None:
        """At once, not in `_greet`: events may follow in the same read."""
        assert self._welcomed is not None
        self._resume = {key: welcome[key] for key in ("session_id", "secret", "epoch")}
        if welcome["snapshot"] is not None:
            self._seq = welcome["snapshot"]["seq"]
        self._on_welcome(welcome)
        if not self._welcomed.done():
            self._welcomed.set_result(welcome)

    def _take_error(self, ref: int, refusal: SessionError) -> None:
        if self._welcomed is not None and ref in (0, self._hello_ref):
            self.ended = refusal
            if not self._welcomed.done():
                self._welcomed.set_exception(refusal)
        elif ref == 0:
            self.ended = refusal
        elif (request := self._waiting.get(ref)) is not None and not request.reply.done():
            self._tell_reply(request.kind, request.sent_at)
            request.reply.set_exception(refusal)

    def _tell_reply(self, kind: str, began: float) -> None:
        if self._on_reply is not None:
            self._on_reply(kind, (time.perf_counter() - began) * 1000)


def is_loopback(host: str) -> bool:
    return host == "localhost" or host.startswith("127.") or host == "::1"
