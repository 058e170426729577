"""Takes a relay from a TURN server as a browser would, to see whether it works (RFC 8656). For `classroom doctor`.

The protocol is aioice's client; nothing is sent through the relay, and it is given back.
"""

from __future__ import annotations

import asyncio
import ssl
from typing import Final, NamedTuple

from aioice import stun
from aioice.turn import TurnClientTcpProtocol, TurnClientUdpProtocol

from signaling.messages import IceServer

LIFETIME_S: Final = 60
UNAUTHORIZED: Final = 401
FORBIDDEN: Final = 403
NO_NEWS_S: Final = 3600
"""Channels are not used, and so not refreshed."""


class TurnUrl(NamedTuple):
    """A `turn:` or `turns:` URI taken apart (RFC 7065)."""

    host: str
    port: int
    tls: bool
    tcp: bool


class TurnProblem(Exception):
    """The server is there and does not do what it should; the text says what."""


class TurnRefused(TurnProblem):
    """It does not take our credentials."""


class PeerForbidden(TurnProblem):
    """It does not relay to an address of ours."""


class PeerAllowed(TurnProblem):
    """It relays to an address that is none of ours."""


def parse(url: str) -> TurnUrl:
    scheme, _, rest = url.partition(":")
    address, _, query = rest.partition("?")
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        host, port = address, ""
    tls = scheme == "turns"
    return TurnUrl(
        host.strip("[]"), int(port) if port else 5349 if tls else 3478, tls, tls or query == "transport=tcp"
    )


async def probe(
    url: str,
    server: IceServer,
    peers: tuple[str, ...],
    timeout_s: float,
    context: ssl.SSLContext | None = None,
    *,
    closed: tuple[str, ...] = (),
) -> None:
    """Raises OSError (TimeoutError: no answer) or TurnProblem. `peers`: addresses that must be relayed to; `closed`:
    addresses that must not. `context`: whom TLS
    trusts; None: whom this machine trusts."""
    target = parse(url)
    loop = asyncio.get_running_loop()
    far = (target.host, target.port)
    client: TurnClientTcpProtocol | TurnClientUdpProtocol
    transport: asyncio.BaseTransport
    async with asyncio.timeout(timeout_s):
        if target.tcp:
            trust = (context or ssl.create_default_context()) if target.tls else None
            transport, client = await loop.create_connection(
                lambda: TurnClientTcpProtocol(far, server.username, server.credential, LIFETIME_S, NO_NEWS_S),
                *far,
                ssl=trust,
            )
        else:
            transport, client = await loop.create_datagram_endpoint(
                lambda: TurnClientUdpProtocol(far, server.username, server.credential, LIFETIME_S, NO_NEWS_S),
                remote_addr=far,
            )
        try:
            await _allocate(client)
            try:
                for peer in peers:
                    await _permit(client, peer)
                for peer in closed:
                    await _deny(client, peer)
            finally:
                await client.delete()
        finally:
            transport.close()


async def _allocate(client: TurnClientTcpProtocol | TurnClientUdpProtocol) -> None:
    try:
        await client.connect()
    except stun.TransactionTimeout:
        raise TimeoutError("it says nothing") from None
    except stun.TransactionFailed as failure:
        code, reason = failure.response.attributes["ERROR-CODE"]
        if code == UNAUTHORIZED:
            raise TurnRefused("refuses our credentials") from None
        raise TurnProblem(f"gives no relay: {code} {reason}") from None


async def _permit(client: TurnClientTcpProtocol | TurnClientUdpProtocol, peer: str) -> None:
    request = stun.Message(stun.Method.CREATE_PERMISSION, stun.Class.REQUEST)
    request.attributes["XOR-PEER-ADDRESS"] = (peer, 0)
    try:
        await client.request_with_retry(request)
    except stun.TransactionFailed as failure:
        code, reason = failure.response.attributes["ERROR-CODE"]
        if code == FORBIDDEN:
            raise PeerForbidden(f"does not relay to {peer}") from None
        raise TurnProblem(f"does not relay to {peer}: {code} {reason}") from None


async def _deny(client: TurnClientTcpProtocol | TurnClientUdpProtocol, peer: str) -> None:
    try:
        await _permit(client, peer)
    except TurnProblem:
        return
    raise PeerAllowed(f"relays to {peer} as well")
