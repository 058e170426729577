"""A real relay on a real socket, one publisher in another process, subscribers' sockets that nobody reads.

What is timed is the server's own process: its CPU time (`time.process_time`, user and system), never the wall clock,
because the machine may be busy with other things. Datagrams that a subscriber's full socket refuses cost the sender as much.
"""

from __future__ import annotations

import asyncio
import os
import socket
import struct
import time
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.connection import Connection

from pylibsrtp import Policy, Session

from classroom.media.endpoint import Endpoint
from classroom.media.ice import Path
from classroom.media.model import Codec, Extensions, PeerId, PeerMedia, Publication, Route, Slot, Source
from classroom.media.pyrelay import PyRelay
from classroom.media.relay import Address, SrtpKeys

PROFILE = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
VP8 = Codec(96, "vp8", 90_000)
RTX = Codec(97, "rtx", 90_000, apt=96)
PUBLISHER_SSRC = 7
TICK_S = 0.02
DESCRIPTOR = struct.Struct(">BBHBBB")


def video_packet(sequence: int, rtp_ts: int, size: int, keyframe: bool) -> bytes:
    """As Chromium's: 15-bit picture id, TL0PICIDX, TID, and the transport-wide number in a header extension."""
    header = struct.pack(">BBHII", 0x90, 96, sequence & 0xFFFF, rtp_ts & 0xFFFFFFFF, PUBLISHER_SSRC)
    extension = struct.pack(">HHBHB", 0xBEDE, 1, 0x31, sequence & 0xFFFF, 0)
    payload = DESCRIPTOR.pack(
        0x90, 0xE0, 0x8000 | sequence & 0x7FFF, sequence & 0xFF, 0x20, 0 if keyframe else 1
    )
    return header + extension + payload + bytes(size - len(header) - len(extension) - len(payload))


def session(key: bytes, kind: int) -> Session:
    policy = Policy(key=key, ssrc_type=kind, srtp_profile=PROFILE)
    policy.window_size = 1024
    policy.allow_repeat_tx = True
    return Session(policy)


def publish(
    pipe: Connection, server: Address, key: bytes, size: int, packets: int, burst: int, rate: float
) -> None:
    """In a process of its own: sends `packets`, `burst` at a time, `rate` per second on average."""
    protect = session(key, Policy.SSRC_ANY_OUTBOUND).protect
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))
    pipe.send(sock.getsockname())
    datagrams = [protect(video_packet(n, n // burst * 3000, size, n == 0)) for n in range(packets)]
    pipe.recv()
    due = time.monotonic()
    for number, datagram in enumerate(datagrams):
        if number % burst == 0:
            due += burst / rate
            time.sleep(max(0.0, due - time.monotonic()))
        sock.sendto(datagram, server)
    time.sleep(0.3)
    pipe.send("sent")


class Sinks:
    """Subscribers' addresses."""

    def __init__(self, count: int) -> None:
        self.sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
        for sock in self.sockets:
            sock.bind(("127.0.0.1", 0))
        self.addresses: list[Address] = [sock.getsockname() for sock in self.sockets]

    def close(self) -> None:
        for sock in self.sockets:
            sock.close()


class Publisher:
    """The process that publishes; `address` is where its packets come from."""

    def __init__(self, server: Address, size: int, packets: int, burst: int, rate: float) -> None:
        context = get_context("spawn")
        self.key = os.urandom(28)
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(
            target=publish, args=(theirs, server, self.key, size, packets, burst, rate)
        )
        self._process.start()

    async def address(self) -> Address:
        address: Address = await asyncio.to_thread(self._pipe.recv)
        return address

    async def run(self) -> None:
        """Returns when everything has been sent."""
        self._pipe.send("go")
        await asyncio.to_thread(self._pipe.recv)

    def close(self) -> None:
        self._process.join(5)
        if self._process.is_alive():
            self._process.kill()


def open_endpoint(on_media: Callable[[PeerId, bytes, float], None]) -> tuple[Endpoint, int]:
    endpoint = Endpoint(lambda _datagram, _address, _now: None, lambda _peer, _datagram: False, on_media)
    return endpoint, endpoint.open("127.0.0.1", 0)


async def relay_cost(sinks: Sinks, size: int, packets: int, burst: int, rate: float) -> float:
    """CPU seconds per forwarded datagram while one publisher's packets go to every sink."""
    endpoint, port = open_endpoint(lambda peer, datagram, now: relay.receive(peer, datagram, now))
    relay = PyRelay(endpoint.send)
    publisher = PeerId("bench", "publisher")
    feed = Publisher(("127.0.0.1", port), size, packets, burst, rate)
    try:
        address = await feed.address()
        now = time.monotonic()
        source = Source("0", "camera", (VP8, RTX), (), (PUBLISHER_SSRC,))
        relay.add_peer(
            publisher, PeerMedia((source,), (), Extensions(transport_cc=3), transport_cc=True), now
        )
        relay.set_address(publisher, address)
        relay.set_keys(publisher, SrtpKeys(PROFILE, feed.key, os.urandom(28)), now)
        relay.set_enabled(publisher, frozenset({"camera"}))
        endpoint.paths[address] = Path(publisher, address, now, now)
        for index, sink in enumerate(sinks.addresses):
            subscriber = PeerId("bench", f"subscriber{index}")
            slot = Slot("v0", "0", "video", 1000 + index, 2000 + index, (VP8, RTX), measured=True)
            media = PeerMedia((), (slot,), Extensions(transport_cc=3), downlink="transport-cc")
            relay.add_peer(subscriber, media, now)
            relay.set_address(subscriber, sink)
            relay.set_keys(subscriber, SrtpKeys(PROFILE, os.urandom(28), os.urandom(28)), now)
            relay.set_routes(subscriber, [Route("v0", Publication("publisher", "camera"))], now)
        before = time.process_time()
        sending = asyncio.create_task(feed.run())
        while not sending.done():
            relay.tick(time.monotonic())
            await asyncio.sleep(TICK_S)
        spent = time.process_time() - before
        forwarded = 0
        for index in range(len(sinks.addresses)):
            stats = relay.stats(PeerId("bench", f"subscriber{index}"))
            forwarded += 0 if stats is None else stats.sent_packets
        return spent / forwarded
    finally:
        endpoint.close()
        feed.close()


async def woken_floor_cost(sinks: Sinks, size: int, packets: int, burst: int, rate: float) -> float:
    """CPU seconds per datagram of protect and sendto alone, for every sink, whenever a datagram comes at that rate."""
    protect = session(os.urandom(28), Policy.SSRC_ANY_OUTBOUND).protect
    plain = iter([video_packet(number, 0, size, False) for number in range(packets)])
    addresses = sinks.addresses
    sent = 0

    def on_media(_peer: PeerId, _datagram: bytes, _now: float) -> None:
        nonlocal sent
        packet = next(plain)
        for address in addresses:
            endpoint.send(protect(packet), address)
            sent += 1

    endpoint, port = open_endpoint(on_media)
    feed = Publisher(("127.0.0.1", port), size, packets, burst, rate)
    try:
        address = await feed.address()
        endpoint.paths[address] = Path(PeerId("bench", "publisher"), address, 0.0, 0.0)
        before = time.process_time()
        await feed.run()
        return (time.process_time() - before) / sent
    finally:
        endpoint.close()
        feed.close()


def floor_cost(protect: Callable[[bytes], bytes], addresses: list[Address], size: int, packets: int) -> float:
    """CPU seconds per packet of nothing but `protect` and `sendto`, packets made beforehand."""
    plain = [video_packet(number, 0, size, False) for number in range(packets)]
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setblocking(False)
    send = sock.sendto
    count = len(addresses)
    before = time.process_time()
    for number, packet in enumerate(plain):
        send(protect(packet), addresses[number % count])
    spent = time.process_time() - before
    sock.close()
    return spent / packets
