"""HTTP/1.1 as uvicorn speaks it, with three bounds that it leaves to a proxy: how long a request may take to arrive, how
long its head may be, and how long a response may lie unread. Without them whoever opens sockets and says little, never ends a
header, or never reads takes what others need.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from classroom.metrics.counts import Counts

REQUEST_TIMEOUT_S: Final = 20.0
"""For one request to arrive whole, from its first byte, or from the opening of the connection. Bodies are small here."""
STALL_S: Final = 20.0
"""Whoever has taken nothing of a response for so long reads no more."""
MAX_HEAD_BYTES: Final = 64 * 1024
"""Of a request's line and headers, and what one read of the socket may give beyond."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection, until it becomes a WebSocket."""

    counts: Counts | None = None
    """Where refusals are counted; `counting` sets it."""
    _timer: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None
    _head_bytes = 0
    _in_head = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._arm()

    def data_received(self, data: bytes) -> None:
        if self._timer is None:
            self._arm()
        if self._in_head:
            self._head_bytes += len(data)  # but for where it began: other requests may have ended there
        super().data_received(data)
        if self._in_head and self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self.send_400_response("The head of the request is too large.")

    def on_message_begin(self) -> None:
        self._in_head, self._head_bytes = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._disarm()
        super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        self._disarm()
        super().handle_websocket_upgrade()

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._unwatch()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """More is to be sent than the reader has taken."""
        super().pause_writing()
        if self._stalled is None:
            self._watch(self.transport.get_write_buffer_size())

    def resume_writing(self) -> None:
        self._unwatch()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        self._count("malformed_request")
        super().send_400_response(msg)

    def _unwatch(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None

    def _watch(self, waiting_bytes: int) -> None:
        self._stalled = self.loop.call_later(STALL_S, self._look, waiting_bytes)

    def _look(self, waited_bytes: int) -> None:
        waiting_bytes = self.transport.get_write_buffer_size()
        if waiting_bytes < waited_bytes:
            self._watch(waiting_bytes)
            return
        self._count("reader_stalled")
        self.transport.abort()

    def _count(self, code: str) -> None:
        if self.counts is not None:
            self.counts.refused("http", code)

    def _late(self) -> None:
        self._count("request_timeout")
        self.transport.close()

    def _arm(self) -> None:
        self._timer = self.loop.call_later(REQUEST_TIMEOUT_S, self._late)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def counting(counts: Counts) -> type[BoundedHttpProtocol]:
    """The protocol of one server, which counts what it refuses."""
    return type("CountingHttpProtocol", (BoundedHttpProtocol,), {"counts": counts})
