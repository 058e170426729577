"""Our TURN credentials and our coturn configuration, against a real coturn: who gets a relay, and to where.

The client is aioice's, an implementation that is independent of both.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aioice import stun
from aioice.turn import UDP_TRANSPORT, TurnClientTcpProtocol, TurnClientUdpProtocol

from classroom.config import Config
from classroom.turn import LIFETIME_S, ice_servers
from classroom.turn_probe import probe
from tests.support.coturn import HOST, SECRET, Coturn, coturn, installed

pytestmark = pytest.mark.skipif(not installed(), reason="needs Debian's package coturn")

UNAUTHORIZED, FORBIDDEN, WRONG_FAMILY, QUOTA_REACHED = 401, 403, 443, 486
QUOTA = 3
IPV6 = 0x02000000
"""A REQUESTED-ADDRESS-FAMILY."""
IPV6_PEERS = ("::ffff:127.0.0.1", "::ffff:10.1.2.3", "64:ff9b::a01:203", "::1", "fe80::1", "2001:db8::1")

Client = TurnClientTcpProtocol | TurnClientUdpProtocol


@pytest.fixture(scope="module")
def relay(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Coturn]:
    with coturn(tmp_path_factory.mktemp("coturn"), user_quota=str(QUOTA)) as running:
        yield running


def credentials(who: str, secret: str = SECRET, now_s: float | None = None) -> tuple[str, str]:
    """What a participant is told."""
    config = Config(turn_urls=("turn:turn.example.org",), turn_secret=secret)
    (server,) = ice_servers(config, who, time.time() if now_s is None else now_s)
    assert server.username is not None
    assert server.credential is not None
    return server.username, server.credential


def trusting(relay: Coturn) -> ssl.SSLContext:
    """Takes coturn's certificate, which nobody signed."""
    context = ssl.create_default_context(cafile=str(relay.log_path.with_name("cert.pem")))
    context.check_hostname = False
    return context


@asynccontextmanager
async def connected(relay: Coturn, way: str, user: tuple[str, str]) -> AsyncIterator[Client]:
    """A client that has said nothing yet; `connect` asks for the allocation."""
    loop = asyncio.get_running_loop()
    port = relay.tls_port if way == "tls" else relay.port
    server = (HOST, port)
    client: Client
    transport: asyncio.BaseTransport
    if way == "udp":
        transport, client = await loop.create_datagram_endpoint(
            lambda: TurnClientUdpProtocol(server, *user, 600, 500), remote_addr=server
        )
    else:
        context = trusting(relay)
        transport, client = await loop.create_connection(
            lambda: TurnClientTcpProtocol(server, *user, 600, 500),
            *server,
            ssl=context if way == "tls" else None,
        )
    try:
        yield client
        if client.relayed_address is not None:
            await client.delete()
    finally:
        transport.close()


async def refused(client: Client) -> int:
    """The code with which an allocation is refused."""
    with pytest.raises(stun.TransactionFailed) as caught:
        await client.connect()
    code: int = caught.value.response.attributes["ERROR-CODE"][0]
    return code


async def permission(client: Client, peer: str) -> int:
    """0: this relay may be used towards that peer; otherwise why not."""
    request = stun.Message(
        message_method=stun.Method(8), message_class=stun.Class.REQUEST
    )  # CreatePermission
    request.attributes["XOR-PEER-ADDRESS"] = (peer, 9)
    try:
        await client.request_with_retry(request)
    except stun.TransactionFailed as failure:
        code: int = failure.response.attributes["ERROR-CODE"][0]
        return code
    return 0


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_who_was_told_credentials_gets_a_relay(relay: Coturn, way: str) -> None:
    async with connected(relay, way, credentials("ana")) as client:
        host, port = await client.connect()
        assert host == HOST
        assert 49152 <= port <= 65535


@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
async def test_others_get_none(relay: Coturn, way: str) -> None:
    async with connected(relay, way, credentials("eve", secret="a guess")) as client:
        assert await refused(client) == UNAUTHORIZED
    username, credential = credentials("eve")
    later = f"{int(username.partition(':')[0]) + 3600}:eve"
    async with connected(relay, way, (later, credential)) as client:
        assert await refused(client) == UNAUTHORIZED, "the time is part of what is signed"


async def test_credentials_end_but_what_they_began_goes_on(relay: Coturn) -> None:
    ended = credentials("bob", now_s=time.time() - LIFETIME_S - 1)
    async with connected(relay, "udp", ended) as client:
        assert await refused(client) == UNAUTHORIZED
    ending = credentials("bob", now_s=time.time() - LIFETIME_S + 2)
    async with connected(relay, "udp", ending) as client:
        await client.connect()
        await asyncio.sleep(int(ending[0].partition(":")[0]) + 1 - time.time())
        refresh = stun.Message(message_method=stun.Method.REFRESH, message_class=stun.Class.REQUEST)
        refresh.attributes["LIFETIME"] = 600
        response, _ = await client.request_with_retry(refresh)
        assert response.attributes["LIFETIME"] == 600
        assert await permission(client, HOST) == 0


async def test_relays_lead_to_the_media_address_only(relay: Coturn) -> None:
    async with connected(relay, "udp", credentials("mallory")) as client:
        await client.connect()
        assert await permission(client, HOST) == 0
        for peer in ("127.0.0.2", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
                     "100.64.0.1", "192.0.2.2", "198.51.100.7", "224.0.0.1"):  # fmt: skip
            assert await permission(client, peer) == FORBIDDEN, peer
        for peer in IPV6_PEERS:
            assert await permission(client, peer) == WRONG_FAMILY, peer


@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="needs IPv6")
async def test_no_address_is_smuggled_as_ipv6(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """IPv4 written as IPv6 passes by the IPv4 ranges of coturn before 4.13.1 (CVE-2026-27624), so ours names all of IPv6."""
    family = (
        0x0017,
        "REQUESTED-ADDRESS-FAMILY",
        stun.pack_unsigned,
        stun.unpack_unsigned,
    )  # RFC 8656 section 18.7
    monkeypatch.setitem(stun.ATTRIBUTES_BY_NAME, family[1], family)
    with coturn(tmp_path, more="relay-ip=::1\n") as relay:
        async with connected(relay, "udp", credentials("mallory")) as client:
            request = stun.Message(message_method=stun.Method.ALLOCATE, message_class=stun.Class.REQUEST)
            request.attributes["REQUESTED-TRANSPORT"] = UDP_TRANSPORT
            request.attributes[family[1]] = IPV6
            await client.request_with_retry(request)
            for peer in IPV6_PEERS:
                assert await permission(client, peer) == FORBIDDEN, peer


async def test_one_person_cannot_take_all_relays(relay: Coturn) -> None:
    """The quota counts the person, not the credentials: new ones do not help."""
    now = time.time()
    async with (
        connected(relay, "udp", credentials("greta", now_s=now)) as client,
        asyncio.TaskGroup() as others,
    ):
        await client.connect()
        release = asyncio.Event()

        async def hold(since: float) -> None:
            async with connected(relay, "tcp", credentials("greta", now_s=since)) as one:
                await one.connect()
                ready.release()
                await release.wait()

        ready = asyncio.Semaphore(0)
        for n in range(1, QUOTA):
            others.create_task(hold(now + n))
            await ready.acquire()
        async with connected(relay, "udp", credentials("greta", now_s=now + QUOTA)) as one_more:
            assert await refused(one_more) == QUOTA_REACHED
        async with connected(relay, "udp", credentials("hugo")) as another:
            await another.connect()
        release.set()


async def test_the_doctor_takes_a_relay_over_tls_too(relay: Coturn) -> None:
    config = Config(turn_urls=(relay.url("tls"),), turn_secret=SECRET)
    (server,) = ice_servers(config, "doctor", time.time())
    await probe(relay.url("tls"), server, (HOST,), 20, trusting(relay))


def test_the_template_is_the_page_that_operators_read() -> None:
    page = (Path(__file__).parents[2] / "docs" / "deploy.md").read_text()
    assert "turnserver.conf" in page
    assert "4.13.1" in page
