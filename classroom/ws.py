"""A socket pumps bytes: what arrives goes into a `Connection`, what it has to say goes out. No meaning is looked at here.

Two tasks for each socket: one reads, one writes. The writer alone waits for a slow reader; whatever others have to
say to them piles up in the connection's bounded outbox, and ends this connection only.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from starlette.responses import PlainTextResponse
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from classroom import logs
from classroom.cluster.passes import HEADER, Pass
from classroom.gate import is_allowed
from classroom.wire import REGISTRY
from signaling.connection import Connection, HelloReceived, Send
from signaling.errors import CLOSE_CODES, ErrorCode
from signaling.tally import PASSED_ON

if TYPE_CHECKING:
    from classroom.runtime import Runtime

log = logs.get("ws")

REACH_S: Final = 8.0
"""How long a hello waits for somebody to own the room: until a dead owner's lease is over, and some."""
REACH_AGAIN_S: Final = 0.15
PRIVATE_CODES: Final = 4000
"""Close codes of our own (RFC 6455 section 7.4.2) are passed on."""
TOO_BIG: Final = 1009
"""What the web server closes with when a message is larger than it takes (RFC 6455 section 7.4.1)."""


async def endpoint(websocket: WebSocket) -> None:
    """The route `/ws`."""
    runtime: Runtime = websocket.app.state.runtime
    address = websocket.client.host if websocket.client else ""
    if not is_allowed(websocket.headers.get("origin"), runtime.origins):
        runtime.refusals.note("socket", "origin", address, time.monotonic())
        runtime.counts.refused("socket", "origin")
        await websocket.send_denial_response(PlainTextResponse("this origin is not allowed\n", 403))
        return
    if not runtime.turnstile.take(address, time.monotonic()):
        runtime.refusals.note("socket", "rate", address, time.monotonic())
        runtime.counts.refused("socket", ErrorCode.RATE_LIMITED.value)
        await websocket.send_denial_response(
            PlainTextResponse("too many connections, try later\n", 429, {"Retry-After": "10"})
        )
        return
    await websocket.accept()
    await _Pump(websocket, runtime, address, None).run()


async def from_node(websocket: WebSocket) -> None:
    """The route `/cluster/ws`: another node, with the frames of a client whose room is here."""
    runtime: Runtime = websocket.app.state.runtime
    assert runtime.cluster is not None
    given = runtime.cluster.admitted(websocket.headers.get(HEADER), "link")
    if given is None:
        runtime.counts.refused("node", "pass_invalid")
        await websocket.send_denial_response(PlainTextResponse("for nodes only\n", 403))
        return
    if given.claim:
        runtime.cluster.ownership.invite(given.room_id)
    await websocket.accept()
    await _Pump(websocket, runtime, given.address, given).run()


class _Pump:
    def __init__(self, websocket: WebSocket, runtime: Runtime, address: str, given: Pass | None) -> None:
        """`given`: what the node says that is between the client and us; None: there is none."""
        self._websocket = websocket
        self._address = address
        self._from_node = given is not None
        self._trace = "" if given is None else given.trace
        self._link: ClientConnection | None = None
        """To the owner of the room, where that is another node: all frames go there and come from there."""
        self._runtime = runtime
        self._wake = asyncio.Event()
        self._connection = Connection(
            runtime.config.session_limits,
            REGISTRY,
            time.monotonic(),
            self._wake.set,
            runtime.sessions.tally,
            (given.connection if given is not None else "") or secrets.token_hex(4),
        )
        self._counts = runtime.counts

    async def run(self) -> None:
        """Returns when the socket is closed, by either side."""
        self._runtime.connections[self._connection] = writer = asyncio.create_task(self._write())
        reader = asyncio.create_task(self._read())
        try:
            await asyncio.wait((reader, writer), return_when=asyncio.FIRST_COMPLETED)
        finally:
            reader.cancel()
            writer.cancel()
            if self._link is not None:
                self._runtime.spawn(self._link.close())
            del self._runtime.connections[self._connection]
            self._runtime.admissions.lost(self._connection)
            for outcome in await asyncio.gather(reader, writer, return_exceptions=True):
                if isinstance(outcome, Exception):
                    log.error("socket failed", connection=self._connection.name, exc_info=outcome)

    async def _read(self) -> None:
        while True:
            message = await self._websocket.receive()
            if message["type"] == "websocket.disconnect":
                if message.get("code") == TOO_BIG:
                    self._connection.fail(ErrorCode.FRAME_TOO_LARGE)
                return
            data = message.get("bytes")
            self._counts.frames_received += 1
            self._counts.bytes_received += len(data or message.get("text") or "")
            if data is None:
                self._connection.receive_text()
                continue
            if self._link is not None:
                try:
                    await self._link.send(data)
                except ConnectionClosed:
                    return
                continue
            for received in self._connection.receive(data, time.monotonic()):
                if isinstance(received, HelloReceived):
                    # On its own: it must come to its end even if the socket goes meanwhile.
                    self._runtime.spawn(self._enter(received, data))
                elif self._connection.session is not None:
                    self._runtime.dispatcher.dispatch(self._connection.session, received)

    async def _enter(self, received: HelloReceived, hello: bytes) -> None:
        """Has the hello answered, here or by the node that owns the room."""
        with self._runtime.tracer.span("session.join", self._trace, connection=self._connection.name):
            await self._have_answered(received, hello)

    async def _have_answered(self, received: HelloReceived, hello: bytes) -> None:
        cluster, give_up_at = self._runtime.cluster, time.monotonic() + REACH_S
        while (
            elsewhere := await self._runtime.admissions.hello(self._connection, received)
        ) is not None and self._connection.admitting:
            if (
                self._from_node or cluster is None
            ):  # the other node knows less than we do: it is to look again
                await self._websocket.close(CLOSE_CODES[ErrorCode.MOVED], ErrorCode.MOVED.value)
                return
            with self._runtime.tracer.span("cluster.link", node=elsewhere.place.node_id):
                name = self._connection.name
                link = await cluster.link(elsewhere.place, elsewhere.room_id, self._address, hello, name)
            if link is not None:
                task = asyncio.create_task(self._relay(*link))
                self._runtime.links.add(task)
                task.add_done_callback(self._runtime.links.discard)
                return
            if time.monotonic() > give_up_at:
                self._connection.refuse(received.ref, ErrorCode.MOVED)
                return
            await asyncio.sleep(REACH_AGAIN_S)

    async def _relay(self, link: ClientConnection, first: bytes) -> None:
        """Carries the owner's frames to the client; each waits until the one before is written, so that a slow client fills
        the owner's outbox for it, which is bounded, and nothing here."""
        self._connection.lost(time.monotonic(), PASSED_ON)  # it is the owner's from here on
        self._link = link
        code, reason = CLOSE_CODES[ErrorCode.MOVED], ErrorCode.MOVED.value
        try:
            await self._websocket.send_bytes(first)
            async for frame in link:
                assert isinstance(frame, bytes)
                await self._websocket.send_bytes(frame)
        except ConnectionClosed:
            pass  # the owner has gone: whoever owns the room next is found by the client's next hello
        except (WebSocketDisconnect, RuntimeError, OSError):
            return
        finally:
            if link.close_code is not None and link.close_code >= PRIVATE_CODES:
                code, reason = link.close_code, link.close_reason or ""
            self._runtime.spawn(link.close())  # the client may have gone while the link was opened
            if self._websocket.application_state is WebSocketState.CONNECTED:
                with suppress(WebSocketDisconnect, RuntimeError, OSError):
                    await self._websocket.close(code, reason)

    async def _write(self) -> None:
        try:
            while True:
                output = self._connection.next_output()
                if output is None:
                    self._wake.clear()
                    await self._wake.wait()
                elif isinstance(output, Send):
                    self._counts.frames_sent += 1
                    self._counts.bytes_sent += len(output.frame)
                    await self._websocket.send_bytes(output.frame)
                else:
                    if self._websocket.application_state is WebSocketState.CONNECTED:
                        await self._websocket.close(output.code, output.reason)
                    return
        except (WebSocketDisconnect, RuntimeError, OSError):
            return  # the peer went first; the reader knows
