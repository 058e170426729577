"""One try: a POST to somebody else's address, by which nothing can be held up, read out or led astray.

The whole try has `TIMEOUT_S`; redirects are not followed; of the answer only the status is looked at; the connection goes to an
address that was checked, and is closed. Certificates are checked by the system's own store.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import httpcore

from classroom.webhooks.addresses import Forbidden, Network, check_connection

TIMEOUT_S: Final = 10.0
CONNECTIONS: Final = 16
"""At one time, of all webhooks."""
REFUSED: Final = (
    httpcore.NetworkError,
    httpcore.TimeoutException,
    httpcore.ProtocolError,
    httpcore.UnsupportedProtocol,
    OSError,
    UnicodeError,
)


class Poster:
    """One per process."""

    def __init__(self, allowed: Sequence[Network], ssl_context: ssl.SSLContext | None = None) -> None:
        """`ssl_context` None: the system's."""
        context = ssl_context or ssl.create_default_context()
        self._pools = {
            scheme: httpcore.AsyncConnectionPool(
                ssl_context=context,
                max_connections=CONNECTIONS,
                max_keepalive_connections=0,
                network_backend=_Checked(allowed, encrypted=scheme == "https"),
            )
            for scheme in ("http", "https")
        }
        self._slots = asyncio.Semaphore(CONNECTIONS)

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int | None:
        """The status of the answer; None: there was none. Never raises."""
        async with self._slots:
            try:
                async with (
                    asyncio.timeout(TIMEOUT_S),
                    self._pools[url.partition(":")[0].lower()].stream(
                        "POST", url, headers=list(headers.items()), content=body
                    ) as answer,
                ):
                    status: int = answer.status
                    return status
            except REFUSED:
                return None

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()


class _Checked(httpcore.AsyncNetworkBackend):
    """Looks names up itself, and connects to what it has checked."""

    def __init__(self, allowed: Sequence[Network], *, encrypted: bool) -> None:
        self._allowed = tuple(allowed)
        self._encrypted = encrypted
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109  # httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        problem: Exception = httpcore.ConnectError("no address")
        for *_, place in found:
            address = str(place[0])
            try:
                check_connection(
                    ipaddress.ip_address(address.partition("%")[0]), self._allowed, encrypted=self._encrypted
                )
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (Forbidden, httpcore.ConnectError, httpcore.ConnectTimeout) as failure:
                problem = httpcore.ConnectError(str(failure))
        raise problem

    async def sleep(self, seconds: float) -> None:
        await self._inner.sleep(seconds)
