"""HTTP/1.1 as uvicorn speaks it, with two bounds that it leaves to a proxy: how long a request may take to arrive, and how
long its head may be. Without them whoever opens sockets and says little, or never ends a header, takes what others need.
"""

from __future__ import annotations

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

REQUEST_TIMEOUT_S: Final = 20.0
"""For one request to arrive whole, from its first byte, or from the opening of the connection. Bodies are small here."""
MAX_HEAD_BYTES: Final = 64 * 1024
"""Of a request's line and headers, and what one read of the socket may give beyond."""


class BoundedHttpProtocol(HttpToolsProtocol):
    """One connection, until it becomes a WebSocket."""

    _timer: asyncio.TimerHandle | None = None
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
        super().connection_lost(exc)

    def _arm(self) -> None:
        self._timer = self.loop.call_later(REQUEST_TIMEOUT_S, self.transport.close)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
