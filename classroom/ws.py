"""A socket pumps bytes: what arrives goes into a `Connection`, what it has to say goes out. No meaning is looked at here.

Two tasks for each socket: one reads, one writes. The writer alone waits for a slow reader; whatever others have to
say to them piles up in the connection's bounded outbox, and ends this connection only.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from classroom import logs
from classroom.gate import is_allowed
from classroom.wire import REGISTRY
from signaling.connection import Connection, HelloReceived, Send

if TYPE_CHECKING:
    from classroom.runtime import Runtime

log = logs.get("ws")


async def endpoint(websocket: WebSocket) -> None:
    """The route `/ws`."""
    runtime: Runtime = websocket.app.state.runtime
    address = websocket.client.host if websocket.client else ""
    if not is_allowed(websocket.headers.get("origin"), runtime.origins):
        runtime.refusals.note("socket", "origin", address, time.monotonic())
        await websocket.send_denial_response(PlainTextResponse("this origin is not allowed\n", 403))
        return
    if not runtime.turnstile.take(address, time.monotonic()):
        runtime.refusals.note("socket", "rate", address, time.monotonic())
        await websocket.send_denial_response(
            PlainTextResponse("too many connections, try later\n", 429, {"Retry-After": "10"})
        )
        return
    await websocket.accept()
    await _Pump(websocket, runtime).run()


class _Pump:
    def __init__(self, websocket: WebSocket, runtime: Runtime) -> None:
        self._websocket = websocket
        self._runtime = runtime
        self._wake = asyncio.Event()
        self._connection = Connection(
            runtime.config.session_limits, REGISTRY, time.monotonic(), self._wake.set
        )

    async def run(self) -> None:
        """Returns when the socket is closed, by either side."""
        self._runtime.connections[self._connection] = writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            reader.cancel()
            writer.cancel()
            del self._runtime.connections[self._connection]
            self._runtime.admissions.lost(self._connection)
            for outcome in await asyncio.gather(reader, writer, return_exceptions=True):
                if isinstance(outcome, Exception):
                    log.error("socket failed", exc_info=outcome)

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                return
            data = message.get("bytes")
            if data is None:
                self._connection.receive_text()
                continue
            for received in self._connection.receive(data, time.monotonic()):
                if isinstance(received, HelloReceived):
                    # On its own: it must come to its end even if the socket goes meanwhile.
                    self._runtime.spawn(self._runtime.admissions.hello(self._connection, received))
                elif self._connection.session is not None:
                    self._runtime.dispatcher.dispatch(self._connection.session, received)

    async def _write(self) -> None:
        try:
            while True:
                output = self._connection.next_output()
                if output is None:
                    self._wake.clear()
                    await self._wake.wait()
                elif isinstance(output, Send):
                    await self._websocket.send_bytes(output.frame)
                else:
                    if self._websocket.application_state is WebSocketState.CONNECTED:
                        await self._websocket.close(output.code, output.reason)
                    return
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # the peer went first; the reader knows
