"""WebSockets through a seeded network: delayed, stalled, cut, half-open. Each direction keeps its order, as TCP does."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextvars import Context
from dataclasses import dataclass
from random import Random
from types import SimpleNamespace
from typing import Any, Protocol

from starlette.websockets import WebSocketDisconnect, WebSocketState

from tests.faults.loop import VirtualLoop

WINDOW = 24
"""Frames on their way to a client before the server's socket takes no more."""

RETRANSMIT_S = 0.3


class Receiver(Protocol):
    """The client's side of a socket."""

    def opened(self, line: Line) -> None: ...

    def received(self, line: Line, frame: bytes) -> None: ...

    def closed(self, line: Line, code: int) -> None: ...


@dataclass
class Weather:
    """The network now, for one client."""

    delay_s: float = 0.02
    jitter_s: float = 0.01
    away: bool = False
    """Nothing passes until the network is back; nobody is told."""


class Pipe:
    """One direction."""

    def __init__(
        self, loop: VirtualLoop, chance: Random, weather: Weather, deliver: Callable[[Any], None]
    ) -> None:
        self._loop = loop
        self._chance = chance
        self._weather = weather
        self._deliver = deliver
        self._queue: deque[Any] = deque()
        self._last = 0.0
        self.stalled_until = 0.0
        self.broken = False
        """Nothing arrives any more, and nobody is told."""
        self._room: deque[asyncio.Future[None]] = deque()

    @property
    def full(self) -> bool:
        return len(self._queue) >= WINDOW

    def put(self, item: Any) -> None:
        delay_s = self._weather.delay_s + self._chance.random() * self._weather.jitter_s
        at = max(self._loop.time() + delay_s, self._last, self.stalled_until)
        self._last = at
        self._queue.append(item)
        self._loop.call_at(at, self._arrive, context=Context())

    async def room(self) -> None:
        """Until the window has a place."""
        while self.full:
            waiter: asyncio.Future[None] = self._loop.create_future()
            self._room.append(waiter)
            await waiter

    def let_go(self) -> None:
        """Whoever waits for room is told that there will be none."""
        for waiter in self._room:
            if not waiter.done():
                waiter.set_exception(OSError("connection reset"))
        self._room.clear()

    def _arrive(self) -> None:
        if self.broken or not self._queue:
            return
        if self._weather.away:  # TCP sends it again and again
            self._loop.call_later(RETRANSMIT_S, self._arrive, context=Context())
            return
        now = self._loop.time()
        if self.stalled_until > now:
            self._loop.call_at(self.stalled_until, self._arrive, context=Context())
            return
        item = self._queue.popleft()
        if self._room and not self._room[0].done():
            self._room.popleft().set_result(None)
        self._deliver(item)


class Line:
    """One WebSocket: the client's end are these methods, the server's is `server`."""

    def __init__(
        self, number: int, loop: VirtualLoop, chance: Random, weather: Weather, receiver: Receiver
    ) -> None:
        self.number = number
        self._loop = loop
        self._receiver = receiver
        self.gone_for_client = False
        self.gone_for_server = False
        self.up = Pipe(loop, chance, weather, self._to_server)
        self.down = Pipe(loop, chance, weather, self._to_client)
        self.server: ServerEnd | None = None

    # --- the client's end ---

    def send(self, frame: bytes) -> None:
        if not self.gone_for_client:
            self.up.put(frame)

    def close(self) -> None:
        """The client has done with it; what it sent before may still arrive."""
        if not self.gone_for_client:
            self.gone_for_client = True
            self.up.put(None)

    # --- faults ---

    def reset_client(self, code: int = 1006) -> None:
        """The client learns that the socket is dead."""
        if not self.gone_for_client:
            self.gone_for_client = True
            self._receiver.closed(self, code)

    def reset_server(self) -> None:
        if not self.gone_for_server:
            self.gone_for_server = True
            self.down.let_go()
            if self.server is not None:
                self.server.put({"type": "websocket.disconnect", "code": 1006})

    # --- inside ---

    def _to_server(self, frame: bytes | None) -> None:
        if self.gone_for_server or self.server is None:
            return
        if frame is None:
            self.reset_server()
        else:
            self.server.put({"type": "websocket.receive", "bytes": frame})

    def _to_client(self, item: bytes | int) -> None:
        if self.gone_for_client:
            return
        if isinstance(item, bytes):
            self._receiver.received(self, item)
        else:
            self.reset_client(item)


class ServerEnd:
    """What `classroom.ws` uses of a Starlette WebSocket."""

    def __init__(self, line: Line, runtime: Any, address: str, headers: dict[str, str] | None = None) -> None:
        self.app = SimpleNamespace(state=SimpleNamespace(runtime=runtime))
        self.headers = headers or {}
        self.client = SimpleNamespace(host=address)
        self.application_state = WebSocketState.CONNECTING
        self._line = line
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        line.server = self

    def put(self, message: dict[str, Any]) -> None:
        self._inbox.put_nowait(message)

    async def accept(self) -> None:
        self.application_state = WebSocketState.CONNECTED

    async def send_denial_response(self, response: Any) -> None:
        self.application_state = WebSocketState.DISCONNECTED
        self._line.down.put(1006)

    async def receive(self) -> dict[str, Any]:
        return await self._inbox.get()

    async def send_bytes(self, frame: bytes) -> None:
        if self._line.gone_for_server or self.application_state is not WebSocketState.CONNECTED:
            raise WebSocketDisconnect(1006)
        await self._line.down.room()
        self._line.down.put(frame)

    async def close(self, code: int, reason: str = "") -> None:
        self.application_state = WebSocketState.DISCONNECTED
        if not self._line.gone_for_server:
            self._line.down.put(code)
