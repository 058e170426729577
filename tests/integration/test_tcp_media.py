"""Media over TCP: the listening port, its defences, and readers that are slow."""

from __future__ import annotations

import asyncio
import errno
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from time import monotonic

import pytest
from aioice.stun import parse_message

from classroom.media import tcp_endpoint
from classroom.media.config import MediaConfig
from classroom.media.endpoint import Endpoint
from classroom.media.ice import Credentials, Path
from classroom.media.model import PeerId
from classroom.media.plane import MediaPlane
from classroom.media.relay import Address, StreamAddress
from classroom.media.tcp_endpoint import STRANGER_FRAMES, STRANGER_TIMEOUT_S, TcpEndpoint, TcpPortError
from classroom.media.tcp_framing import FrameReader
from tests.integration.aiortc_peer import Watcher, until
from tests.media.checks import check
from tests.media.recording import RecordingRelay
from tests.media.sdp.offers import AIORTC, AIORTC_SOURCES

ADA = PeerId("room", "ada")
STUN, DTLS, SRTP = b"\x00" * 20, b"\x16" * 40, b"\x80" * 40


class Far:
    """The other end of a connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.address: StreamAddress = (*writer.get_extra_info("sockname")[:2], "tcp")
        self._reader = reader
        self._writer = writer
        self._frames = FrameReader(65535)
        self.received: list[bytes] = []

    @classmethod
    async def connect(cls, port: int, limit: int = 65536) -> Far:
        return cls(*await asyncio.open_connection("127.0.0.1", port, limit=limit))

    def send(self, *datagrams: bytes) -> None:
        self._writer.write(b"".join(len(one).to_bytes(2, "big") + one for one in datagrams))

    def send_raw(self, data: bytes) -> None:
        self._writer.write(data)

    async def frame(self) -> bytes:
        """The next datagram."""
        async with asyncio.timeout(20):
            while not self.received:
                self.received += self._frames.feed(await self._read())
        return self.received.pop(0)

    async def closed(self) -> None:
        """Waits until the server has closed the connection."""
        async with asyncio.timeout(20):
            try:
                while await self._reader.read(65536):
                    pass
            except ConnectionError:
                pass

    def close(self) -> None:
        self._writer.close()

    async def _read(self) -> bytes:
        data = await self._reader.read(65536)
        assert data, "the server closed the connection"
        return data


class Server:
    """A TCP endpoint before handlers that trust whoever says "trust me" in a STUN message."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.lost: list[StreamAddress] = []
        self.endpoint = Endpoint(
            self._stun, lambda peer, record: True, lambda peer, packet, now: self.got.append(packet)
        )
        self.tcp = TcpEndpoint(self.endpoint, self.lost.append)
        self.port = 0

    def _stun(self, datagram: bytes, address: Address, now: float) -> None:
        if datagram == TRUST_ME:
            self.endpoint.paths[address] = Path(ADA, address, now, now)
            self.endpoint.send(b"\x01 welcome", address)

    async def trusted(self, **options: int) -> Far:
        far = await Far.connect(self.port, **options)
        far.send(TRUST_ME)
        assert await far.frame() == b"\x01 welcome"
        return far


TRUST_ME = b"\x00 trust me"


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    server = Server()
    server.port = server.tcp.open("127.0.0.1", 0)
    yield server
    server.tcp.close()
    assert not server.endpoint.streams


@asynccontextmanager
async def planes() -> AsyncIterator[tuple[MediaPlane, RecordingRelay, Watcher]]:
    relays: list[RecordingRelay] = []

    def make(send: object) -> RecordingRelay:
        relays.append(RecordingRelay(send))  # type: ignore[arg-type]
        return relays[0]

    watcher = Watcher()
    plane = MediaPlane(MediaConfig(host="127.0.0.1", tcp_port=0), make, watcher)
    await plane.start()
    try:
        yield plane, relays[0], watcher
    finally:
        await plane.close()


def is_dtls(frame: bytes) -> bool:
    return 19 < frame[0] < 64


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match is not None
    return match.group(1)


async def test_a_check_makes_the_connection_the_peers_path_and_its_end_ends_that() -> None:
    async with planes() as (plane, relay, _):
        answer = plane.answer(ADA, AIORTC, AIORTC_SOURCES)
        assert int(found(r"tcp \d+ 127\.0\.0\.1 (\d+) typ host tcptype passive", answer)) == plane.tcp_port
        local = Credentials(found("ice-ufrag:(.+)\r", answer), found("ice-pwd:(.+)\r", answer))
        theirs = found("ice-ufrag:(.+)\r?\n", AIORTC).strip()
        far = await Far.connect(plane.tcp_port)
        far.send(bytes(check(local, theirs, nominate=True)))
        reply = parse_message(await far.frame())
        assert reply.attributes["XOR-MAPPED-ADDRESS"] == far.address[:2]
        assert relay.addresses[ADA] == far.address

        far.send(SRTP)
        await until(lambda: relay.received == [(ADA, SRTP)], "media reach the relay")
        relay.send(SRTP, far.address)
        while (frame := await far.frame()) != SRTP:
            assert is_dtls(frame), "the server's hello goes the same way"

        far.close()
        await until(lambda: relay.addresses[ADA] is None, "nothing is sent there any more")
        relay.send(SRTP, far.address)
        assert plane.stats().unsent_datagrams == 1

        again = await Far.connect(plane.tcp_port)
        again.send(bytes(check(local, theirs)))
        await again.frame()
        assert relay.addresses[ADA] == again.address, "a new connection of the same peer takes over at once"
        plane.remove(ADA)
        again.send(SRTP)
        await again.closed()


async def test_what_a_stranger_sends_but_checks_ends_the_connection(server: Server) -> None:
    for hello in (DTLS, SRTP, b""):
        far = await Far.connect(server.port)
        far.send(hello)
        await far.closed()
    assert server.endpoint.dropped["tcp_stranger"] == 3
    assert server.got == []
    assert server.lost == [], "nobody's path"


async def test_what_is_not_framed_ends_the_connection(server: Server) -> None:
    far = await Far.connect(server.port)
    far.send_raw(b"GET / HTTP/1.1\r\nHost: classroom\r\n\r\n")
    await far.closed()
    assert server.endpoint.dropped["tcp_frame_too_long"] == 1


async def test_a_stranger_may_try_a_few_times_and_not_for_long(server: Server) -> None:
    far = await Far.connect(server.port)
    far.send(*[STUN] * STRANGER_FRAMES, STUN)
    await far.closed()
    silent, friend = await Far.connect(server.port), await server.trusted()
    await until(lambda: len(server.tcp) == 2, "both are there")
    server.tcp.expire(monotonic() + STRANGER_TIMEOUT_S - 1)
    assert len(server.tcp) == 2
    server.tcp.expire(monotonic() + STRANGER_TIMEOUT_S + 1)
    await silent.closed()
    friend.send(SRTP)
    await until(lambda: server.got == [SRTP], "whoever is known goes on")


async def test_the_number_of_connections_is_bounded(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp_endpoint, "MAX_STRANGERS", 2)
    monkeypatch.setattr(tcp_endpoint, "MAX_STREAMS", 3)
    friends = [await server.trusted()]
    strangers = [await Far.connect(server.port) for _ in range(3)]
    await strangers[0].closed()
    assert len(server.tcp) == 3
    friends.append(await server.trusted())  # the oldest stranger makes room
    await strangers[1].closed()
    friends.append(await server.trusted())
    assert len(server.tcp) == 3
    turned_away = await Far.connect(server.port)
    await turned_away.closed()
    assert server.endpoint.dropped["tcp_full"] == 4
    for friend in friends:
        friend.send(SRTP)
    await until(lambda: len(server.got) == 3, "known peers are not disturbed")


async def test_a_reader_that_stops_costs_itself_packets_and_nobody_anything(server: Server) -> None:
    stopped, well = await server.trusted(limit=1024), await server.trusted()
    stopped_transport = stopped._writer.transport
    stopped_transport.pause_reading()  # type: ignore[attr-defined]
    packets = [b"\x80" + n.to_bytes(4, "big") * 250 for n in range(20_000)]
    for n, packet in enumerate(packets):
        server.endpoint.send(packet, stopped.address)
        if n % 100 == 0:
            server.endpoint.send(packet, well.address)
            assert await well.frame() == packet
    stream = server.endpoint.streams[stopped.address]
    assert isinstance(stream, tcp_endpoint.TcpStream)
    assert stream._queue._bytes <= tcp_endpoint.QUEUE_BYTES
    assert server.tcp.unsent > 10_000
    server.endpoint.send(b"\x01 urgent", stopped.address)

    await asyncio.sleep(tcp_endpoint.QUEUE_AGE_S * 1.5)
    server.endpoint.send(b"\x80 fresh", stopped.address)
    stopped_transport.resume_reading()  # type: ignore[attr-defined]
    frames: list[bytes] = []
    while not frames or frames[-1] != b"\x80 fresh":
        frames.append(await stopped.frame())
    assert b"\x01 urgent" in frames
    media = [frame for frame in frames if len(frame) == 1001]
    assert media == [packet for packet in packets if packet in set(media)], "whole, and in order"
    assert packets[-1] not in media, "what waited for too long is not sent"


async def test_without_descriptors_accepting_pauses(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp_endpoint, "ACCEPT_RETRY_S", 0.05)
    listener = server.tcp._listener
    assert listener is not None
    descriptor = listener.fileno()
    attempts = 0

    class Exhausted:
        def accept(self) -> None:
            nonlocal attempts
            attempts += 1
            raise OSError(errno.EMFILE, "too many open files")

        def fileno(self) -> int:
            return descriptor

    server.tcp._listener = Exhausted()  # type: ignore[assignment]
    far = await Far.connect(server.port)
    await asyncio.sleep(0.2)
    assert 1 <= attempts <= 6, "not as fast as the loop can"
    server.tcp._listener = listener
    far.send(TRUST_ME)
    assert await far.frame() == b"\x01 welcome"


async def test_a_taken_port_is_told_apart_and_leaves_nothing_open() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        config = MediaConfig(host="127.0.0.1", tcp_port=holder.getsockname()[1])
        plane = MediaPlane(config, RecordingRelay, Watcher())
        with pytest.raises(TcpPortError):
            await plane.start()
    assert plane.port == 0
