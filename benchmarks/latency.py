"""Latency that the relay adds in a room of sixteen: everyone's camera and four voices, at their usual pace.

    python -m benchmarks.latency [--seconds N] [--runs N] [--json FILE]

Packets are stamped when a publisher sends them and when the kernel hands them to a subscriber's socket
(SO_TIMESTAMPNS), so that neither end's own scheduling counts; the same stamps over a direct path are printed beside
it. Latency is wall-clock time by nature, and on a busy machine shows the machine: of several runs, the least disturbed counts.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import select
import socket
import struct
import time
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path as FilePath
from threading import Event, Thread

import uvloop
from pylibsrtp import Error, Policy

from benchmarks.rig import PROFILE, RTX, TICK_S, VP8, open_endpoint, session
from benchmarks.table import Figure, conclude
from classroom.collector import Collector
from classroom.media.ice import Path
from classroom.media.model import Codec, Extensions, PeerId, PeerMedia, Publication, Route, Slot, Source
from classroom.media.pyrelay import PyRelay
from classroom.media.relay import Address, SrtpKeys

PEERS = 16
VOICES = 4
FRAMES_PER_S = 25
PACKETS_PER_FRAME = 2
WATCHED = 2
"""Subscribers whose packets are looked at; the others' pile up unread."""
P50_TARGET_MS, P99_TARGET_MS, SHARE_TARGET = 1.0, 5.0, 0.5
TITLE = "Latency in a room of 16, everyone's camera and four voices"
OPUS = Codec(111, "opus", 48_000, 2)
SO_TIMESTAMPNS = 35
STAMP = struct.Struct(">4sQ")
MAGIC = b"when"


@dataclass(frozen=True)
class Figures:
    packets: int
    p50_ms: float
    p99_ms: float
    max_ms: float


def figures(latencies_ns: list[int]) -> Figures:
    ordered = sorted(latencies_ns)
    count = len(ordered)
    if not count:
        raise RuntimeError("nothing arrived")
    at = [ordered[min(count - 1, int(count * share))] / 1e6 for share in (0.5, 0.99, 1.0)]
    return Figures(count, *at)


def packet(video: bool, ssrc: int, sequence: int, number: int, first: bool, last: bool) -> bytes:
    stamp = STAMP.pack(MAGIC, time.time_ns())
    if video:
        header = struct.pack(
            ">BBHII", 0x80, 96 | (0x80 if last else 0), sequence & 0xFFFF, number * 3600 & 0xFFFFFFFF, ssrc
        )
        # The first frame of each second is a key frame: nobody has to ask.
        interframe = 0 if first and number % FRAMES_PER_S == 0 else 1
        start = 0x90 if first else 0x80
        payload = struct.pack(
            ">BBHBBB", start, 0xE0, 0x8000 | number & 0x7FFF, number & 0xFF, 0x20, interframe
        )
        return header + payload + stamp + bytes(1060)
    header = struct.pack(">BBHII", 0x80, 111, sequence & 0xFFFF, number * 960 & 0xFFFFFFFF, ssrc)
    return header + stamp + bytes(80)


def people(pipe: Connection, server: Address, keys: list[tuple[bytes, bytes]], seconds: float) -> None:
    """In a process of its own: everybody's browser. Sends what they publish, reads what the watched ones get."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in keys]
    for sock in sockets:
        sock.bind(("127.0.0.1", 0))
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    direct = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    direct.bind(("127.0.0.1", 0))
    direct.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    pipe.send([sock.getsockname() for sock in sockets])
    pipe.recv()
    protect = [session(up, Policy.SSRC_ANY_OUTBOUND).protect for up, _ in keys]
    arrived: list[tuple[int, int, bytes]] = []
    stop = Event()
    reader = Thread(target=_read, args=([*sockets[:WATCHED], direct], arrived, stop))
    reader.start()
    schedule: list[tuple[float, int, bool]] = []
    for peer in range(PEERS):
        schedule += [
            ((peer / PEERS + n) / FRAMES_PER_S, peer, True) for n in range(int(seconds * FRAMES_PER_S))
        ]
        if peer < VOICES:
            schedule += [((peer / VOICES + n) / 50, peer, False) for n in range(int(seconds * 50))]
    schedule.sort()
    sequences: dict[tuple[int, bool], int] = {}
    numbers: dict[tuple[int, bool], int] = {}
    start = time.monotonic()
    for due, peer, video in schedule:
        time.sleep(max(0.0, start + due - time.monotonic()))
        key = peer, video
        number = numbers[key] = numbers.get(key, -1) + 1
        count = PACKETS_PER_FRAME if video else 1
        for index in range(count):
            sequence = sequences[key] = sequences.get(key, -1) + 1
            plain = packet(video, 100 + peer * 2 + video, sequence, number, index == 0, index == count - 1)
            sockets[peer].sendto(protect[peer](plain), server)
        direct.sendto(packet(video, 1, 0, 0, True, True), direct.getsockname())
    time.sleep(0.5)
    stop.set()
    reader.join()
    relayed: list[int] = []
    straight: list[int] = []
    opened = [session(down, Policy.SSRC_ANY_INBOUND).unprotect for _, down in keys[:WATCHED]]
    for index, when, datagram in arrived:
        try:
            plain = datagram if index == WATCHED else opened[index](datagram)
        except Error:
            continue  # RTCP
        at = plain.find(MAGIC, 12, 40)
        if at > 0:
            (straight if index == WATCHED else relayed).append(when - STAMP.unpack_from(plain, at)[1])
    pipe.send((figures(relayed), figures(straight)))


def _read(sockets: list[socket.socket], arrived: list[tuple[int, int, bytes]], stop: Event) -> None:
    index_of = {sock.fileno(): index for index, sock in enumerate(sockets)}
    while not stop.is_set():
        for sock in select.select(sockets, (), (), 0.1)[0]:
            datagram, control, _, _ = sock.recvmsg(2048, 64)
            for _level, kind, data in control:
                if kind == SO_TIMESTAMPNS:
                    seconds, nanoseconds = struct.unpack_from("qq", data)
                    arrived.append((index_of[sock.fileno()], seconds * 10**9 + nanoseconds, datagram))


async def run(seconds: float) -> tuple[Figures, Figures, float]:
    """(through the relay, direct, share of a core that the relay took)."""
    endpoint, port = open_endpoint(lambda peer, datagram, now: relay.receive(peer, datagram, now))
    relay = PyRelay(endpoint.send)
    keys = [(os.urandom(28), os.urandom(28)) for _ in range(PEERS)]
    context = get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=people, args=(theirs, ("127.0.0.1", port), keys, seconds))
    process.start()
    try:
        addresses: list[Address] = await asyncio.to_thread(pipe.recv)
        now = time.monotonic()
        for index, (address, (up, down)) in enumerate(zip(addresses, keys, strict=True)):
            peer = PeerId("bench", str(index))
            base = 1000 * (index + 1)
            sources = (
                Source("0", "microphone", (OPUS,), (), (100 + index * 2,)),
                Source("1", "camera", (VP8, RTX), (), (101 + index * 2,)),
            )
            slots = tuple(
                Slot(f"a{n}", f"a{n}", "audio", base + n, 0, (OPUS,)) for n in range(VOICES)
            ) + tuple(
                Slot(f"v{n}", f"v{n}", "video", base + 100 + n, base + 200 + n, (VP8, RTX))
                for n in range(PEERS)
            )
            relay.add_peer(peer, PeerMedia(sources, slots, Extensions()), now)
            relay.set_address(peer, address)
            relay.set_keys(peer, SrtpKeys(PROFILE, up, down), now)
            relay.set_enabled(peer, frozenset({"microphone", "camera"}))
            endpoint.paths[address] = Path(peer, address, now, now)
        for index in range(PEERS):
            routes = [
                Route(f"v{other}", Publication(str(other), "camera"))
                for other in range(PEERS)
                if other != index
            ] + [
                Route(f"a{other}", Publication(str(other), "microphone"))
                for other in range(VOICES)
                if other != index
            ]
            relay.set_routes(PeerId("bench", str(index)), routes, now)
        pipe.send("go")
        before, started = time.process_time(), time.monotonic()
        result = asyncio.create_task(asyncio.to_thread(pipe.recv))
        while not result.done():
            relay.tick(time.monotonic())
            await asyncio.sleep(TICK_S)
        share = (time.process_time() - before) / (time.monotonic() - started)
        relayed, direct = result.result()
        return relayed, direct, share
    finally:
        endpoint.close()
        process.join(5)
        if process.is_alive():
            process.kill()


def measure(seconds: float = 6.0, runs: int = 3) -> list[Figure]:
    Collector().settle()  # as the server does: no full collection in between
    measured = [uvloop.run(run(seconds)) for _ in range(runs)]
    relayed, direct, share = min(measured, key=lambda one: one[0].p99_ms)
    return [
        Figure("through the relay, p50", relayed.p50_ms, "ms"),
        Figure("through the relay, p99", relayed.p99_ms, "ms"),
        Figure("a direct path, p99", direct.p99_ms, "ms"),
        Figure("added by the relay, p50", relayed.p50_ms - direct.p50_ms, "ms", P50_TARGET_MS),
        Figure("added by the relay, p99", relayed.p99_ms - direct.p99_ms, "ms", P99_TARGET_MS),
        Figure("relay's share of a core", share, "", SHARE_TARGET),
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--json", type=FilePath, help="also write the figures here")
    options = parser.parse_args(arguments)
    return conclude(TITLE, measure(options.seconds, options.runs), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
