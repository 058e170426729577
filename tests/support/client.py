"""A client of docs/protocol.md in a few lines, for tests: what it receives is kept, and can be waited for."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgpack
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from classroom.wire import REGISTRY
from rooms.events import EventBody
from rooms.model import Snapshot
from signaling import codec
from signaling.messages import EarlyOffer, Hello, Ping, Pong, Push, Resume, Welcome
from tests.support.server import token_of

PATIENCE_S = 20.0
"""Generous: no test passes or fails on how fast the machine is."""


class Refusal(Exception):
    """The server answered a request with an error."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class Closed(Exception):
    """The server closed the socket: `code` is the close code, `error` what it said before (ref 0)."""

    def __init__(self, code: int | None, error: str | None) -> None:
        super().__init__(f"{code} {error}")
        self.code = code
        self.error = error


class Client:
    """One socket. Answers pings by itself."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.events: list[tuple[int, msgspec.Struct]] = []
        self.pushes: list[msgspec.Struct] = []
        self.error: str | None = None
        """The code of the last `["error", 0, …]`."""
        self.close_code: int | None = None
        self.heard_at = time.monotonic()
        """When the last frame came."""
        self.welcome: Welcome
        self.last_ref = 0
        self._replies: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self.news = asyncio.Condition()
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, ws_url: str, **options: Any) -> Client:
        """Connects, and says nothing yet."""
        return cls(await connect(ws_url, compression=None, max_size=None, **options))

    @classmethod
    async def join(
        cls,
        ws_url: str,
        link: str,
        *,
        name: str | None = None,
        seat: str | None = None,
        resume: Resume | None = None,
        offer: EarlyOffer | None = None,
        **options: Any,
    ) -> Client:
        """Connects and says hello with the invitation in `link`. Raises Refusal."""
        client = await cls.open(ws_url, **options)
        try:
            await client.hello(token_of(link), name=name, seat=seat, resume=resume, offer=offer)
        except BaseException:
            await client.close()
            raise
        return client

    async def hello(
        self,
        token: str,
        *,
        name: str | None = None,
        seat: str | None = None,
        resume: Resume | None = None,
        offer: EarlyOffer | None = None,
    ) -> Welcome:
        said = Hello(protocol=1, token=token, name=name, seat=seat, resume=resume, offer=offer, client="test")
        result = await self.request(said)
        self.welcome = msgspec.convert(result, Welcome)
        return self.welcome

    @property
    def me(self) -> str:
        return self.welcome.participant_id

    @property
    def snapshot(self) -> Snapshot:
        """What the welcome showed."""
        return msgspec.convert(self.welcome.snapshot, Snapshot)

    @property
    def seq(self) -> int:
        return self.events[-1][0] if self.events else self.welcome.seq

    def resume_point(self) -> Resume:
        """What a client keeps to resume this session."""
        return Resume(
            session_id=self.welcome.session_id,
            secret=self.welcome.secret,
            epoch=self.welcome.epoch,
            seq=self.seq,
        )

    async def request(self, message: msgspec.Struct) -> dict[str, Any]:
        """Sends a request and gives the reply's result. Raises Refusal; Closed."""
        self.last_ref += 1
        return await self.request_raw(self.last_ref, codec.encode_request(self.last_ref, message))

    async def request_raw(self, ref: int, frame: bytes) -> dict[str, Any]:
        reply: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._replies[ref] = reply
        await self.send(frame)
        if self._reader.done() and not reply.done():
            raise Closed(self.close_code, self.error)
        async with asyncio.timeout(PATIENCE_S):
            return await reply

    async def send(self, frame: bytes | str) -> None:
        try:
            await self.socket.send(frame)
        except ConnectionClosed:
            pass  # the reader tells why

    async def event(self, kind: type[EventBody], **fields: Any) -> Any:
        """The first event of this type (and with these values) that came or comes."""
        async with asyncio.timeout(PATIENCE_S), self.news:
            while True:
                for _, event in self.events:
                    if isinstance(event, kind) and all(getattr(event, key) == fields[key] for key in fields):
                        return event
                await self.news.wait()

    async def push(self, kind: type[Push], **fields: Any) -> Any:
        """The newest push of this type, once it has these values."""
        async with asyncio.timeout(PATIENCE_S), self.news:
            while True:
                for push in reversed(self.pushes):
                    if isinstance(push, kind):
                        if all(getattr(push, key) == fields[key] for key in fields):
                            return push
                        break
                await self.news.wait()

    async def closed(self) -> Closed:
        """Waits until the server has closed the socket."""
        async with asyncio.timeout(PATIENCE_S):
            await asyncio.shield(self._reader)
        return Closed(self.close_code, self.error)

    async def cut(self) -> None:
        """The network goes: no close frame."""
        self.socket.transport.abort()
        await self._reader

    async def close(self) -> None:
        await self.socket.close()
        await self._reader

    async def _read(self) -> None:
        try:
            async for frame in self.socket:
                assert isinstance(frame, bytes)
                self.heard_at = time.monotonic()
                self._take(codec.decode_server_frame(frame, REGISTRY))
                async with self.news:
                    self.news.notify_all()
        except ConnectionClosed:
            pass
        self.close_code = self.socket.close_code
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(Closed(self.close_code, self.error))
                reply.exception()

    def _take(self, frame: codec.ServerFrame) -> None:
        match frame:
            case codec.ReplyFrame(ref, result):
                self._replies.pop(ref).set_result(result)
            case codec.ErrorFrame(0, error):
                self.error = error.code
            case codec.ErrorFrame(ref, error):
                reply = self._replies.pop(ref, None)
                if reply is not None:
                    reply.set_exception(Refusal(error.code, error.detail))
            case codec.EventFrame(seq, _, event):
                assert not self.events or seq == self.events[-1][0] + 1, "a gap in seq"
                self.events.append((seq, event))
            case codec.PushFrame(push):
                if isinstance(push, Ping):
                    pong = codec.encode_request(0, Pong(sent_at_ms=push.sent_at_ms))
                    self._pong = asyncio.create_task(self.send(pong))
                else:
                    self.pushes.append(push)


def packed(*frame: object) -> bytes:
    """A frame by hand, for what the codec would not make."""
    data: bytes = msgpack.packb(list(frame))
    return data
