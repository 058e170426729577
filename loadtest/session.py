"""One participant's WebSocket session: requests and replies, events and pushes (docs/protocol.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

import msgpack
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

from signaling.messages import PROTOCOL_VERSION

REPLY_TIMEOUT_S = 15.0
_OPEN_TIMEOUT_S = 10.0
_MAX_FRAME_BYTES = 4 << 20


class SessionError(Exception):
    """The server refused a request, ended the session, or cannot be reached. `code` is the protocol's, or
    "unreachable", "closed", "timeout"."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code


OnMessage = Callable[[str, dict[str, Any]], object]
_HELLO_REF = 1


class Session:
    """`on_welcome(welcome)`, `on_event(type, payload)` and `on_push(type, payload)` are called in the order
    of arrival."""

    def __init__(
        self, on_welcome: Callable[[dict[str, Any]], object], on_event: OnMessage, on_push: OnMessage
    ) -> None:
        self._on_welcome = on_welcome
        self._on_event = on_event
        self._on_push = on_push
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._ref = 0
        self._seq = 0
        self._closing = False
        self.ended: SessionError | None = None
        """Why the session ended, if it was not us who ended it."""

    async def open(self, join_link: str, *, name: str, seat: str) -> None:
        """Says hello with the link's token, and returns when welcome. Raises SessionError."""
        parts = urlsplit(join_link)
        token = parts.fragment.removeprefix("t=")
        secure = parts.scheme == "https"
        url = f"{'wss' if secure else 'ws'}://{parts.netloc}/ws"
        try:
            self._socket = await connect(
                url,
                origin=f"{parts.scheme}://{parts.netloc}",  # type: ignore[arg-type]  # websockets has a NewType
                compression=None,
                open_timeout=_OPEN_TIMEOUT_S,
                ping_interval=None,
                max_size=_MAX_FRAME_BYTES,
            )
        except (OSError, TimeoutError, InvalidHandshake, InvalidMessage) as error:
            raise SessionError("unreachable", f"{url}: {error or type(error).__name__}") from error
        self._reader = asyncio.create_task(self._read(self._socket))
        hello = {
            "protocol": PROTOCOL_VERSION,
            "token": token,
            "name": name,
            "seat": seat,
            "client": "loadtest",
        }
        await self.request("hello", hello)

    async def request(self, kind: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The reply's result. Raises SessionError."""
        if self.ended is not None:
            raise self.ended
        self._ref += 1
        ref = self._ref
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._waiting[ref] = reply
        try:
            await self._send([ref, kind, payload])
            return await asyncio.wait_for(reply, REPLY_TIMEOUT_S)
        except TimeoutError:
            raise SessionError("timeout", f"no reply to {kind} in {REPLY_TIMEOUT_S:.0f} s") from None
        finally:
            self._waiting.pop(ref, None)

    async def tell(self, kind: str, payload: dict[str, Any]) -> None:
        """Sends what needs no reply. Raises SessionError."""
        await self._send([0, kind, payload])

    async def close(self) -> None:
        """Leaves for good, then closes the socket."""
        self._closing = True
        if self._socket is None:
            return
        with suppress(SessionError):
            await self.request("leave", {})
        await self._socket.close()
        if self._reader is not None:
            await self._reader

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
                if isinstance(frame, bytes):
                    await self._take(msgpack.unpackb(frame))
        except ConnectionClosed as error:
            detail = str(error)
        if not self._closing:
            self.ended = self.ended or SessionError("closed", detail)
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(self.ended or SessionError("closed", detail))

    async def _take(self, frame: list[Any]) -> None:
        match frame:
            case ["ok", ref, result]:
                if ref == _HELLO_REF:  # here, not in `open`: events may follow in the same read
                    self._seq = result["snapshot"]["seq"]
                    self._on_welcome(result)
                if (reply := self._waiting.get(ref)) is not None and not reply.done():
                    reply.set_result(result)
            case ["error", ref, error]:
                refusal = SessionError(error["code"], error.get("detail", ""))
                if ref == 0:
                    self.ended = refusal
                elif (reply := self._waiting.get(ref)) is not None and not reply.done():
                    reply.set_exception(refusal)
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
            case ["push", kind, payload]:
                self._on_push(kind, payload)
