"""The one UDP socket of the process: reads, sorts, and hands on; and sends. (`tcp_endpoint.py` adds streams to it.)

Every datagram's first byte says what it is (RFC 7983 section 7). STUN goes to the ICE agents from anywhere; DTLS and media
only from addresses that passed an authenticated check; the rest is dropped and counted. This is the first half of the
packet path, so the loop below is flat and allocates nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Protocol

from classroom.media.ice import Path
from classroom.media.model import PeerId
from classroom.media.relay import Address, StreamAddress

log = logging.getLogger(__name__)

MAX_HOLD_S = 0.002
"""How long one wake-up may read before the loop's other work gets its turn."""
MAX_DATAGRAM_BYTES = 2048
"""Longer datagrams are cut, and then fail authentication."""
RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024
"""Asked of the kernel, which grants up to net.core.rmem_max, doubles it, and counts a full datagram as 2.3 kB: 1,820 of them.
That is half a second of a room of sixteen (3,400 packets/s). The loop itself is never late by so much, but a shared machine may
take the processor away for longer than an eighth of a second (512 KiB lost 16,000 packets to one such stall). More would do
harm: in a server that has no time the queue is full all the time, and all that comes has waited for so long."""
SEND_BUFFER_BYTES = 4 * 1024 * 1024
"""So that a key frame to everybody fits."""
MAX_MEDIA_PER_S = 3000
"""Of one path; what comes more in a second is dropped unread. A camera in three layers, a shared screen, a microphone and their
repairs are less than 1,000: whoever sends more takes processor time from everybody else's sound (ASVS 5.0, 17.2.5)."""
MAX_LOGGED_FAILURES = 20

OnMedia = Callable[[PeerId, bytes, float], None]
OnDtls = Callable[[PeerId, bytes], bool]
OnStun = Callable[[bytes, Address, float], None]
OnStranger = Callable[[bytes, Address, float], None]


class Stream(Protocol):
    """A TCP connection that carries datagrams."""

    def send(self, datagram: bytes) -> None:
        """Sends now, soon, or never; does not block."""

    def distrust(self) -> None:
        """Its far end is no peer's address any more."""


class Endpoint:
    """Owns the socket and the table of authenticated addresses.

    `on_media` and `on_dtls` get datagrams from paths in `paths` only; `on_stun` gets everything that looks like STUN;
    `on_stranger` what looks like media from elsewhere, which is dropped. `on_dtls` returns False for what it drops.
    """

    def __init__(
        self, on_stun: OnStun, on_dtls: OnDtls, on_media: OnMedia, on_stranger: OnStranger | None = None
    ) -> None:
        self.paths: dict[Address, Path] = {}
        self.streams: dict[StreamAddress, Stream] = {}
        """TCP connections, kept by `TcpEndpoint`: what is sent to their addresses goes to them."""
        self.behind = False
        """More has come than could be read so far."""
        self.received = 0
        self.unsent = 0
        self.dropped: Counter[str] = Counter()
        self._on_stun = on_stun
        self._on_dtls = on_dtls
        self._on_media = on_media
        self._on_stranger = on_stranger
        self._socket: socket.socket | None = None
        self._failures = 0

    def open(self, host: str, port: int) -> int:
        """Binds and starts reading; returns the port. Raises OSError when the address cannot be had."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            with contextlib.suppress(OSError):  # less is granted, or none: slower, not wrong
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
            sock.bind((host, port))
        except OSError:
            sock.close()
            raise
        self._socket = sock
        asyncio.get_running_loop().add_reader(sock.fileno(), self._readable)
        return int(sock.getsockname()[1])

    def close(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()
            self._socket = None
        self.paths.clear()

    def send(self, datagram: bytes, address: Address) -> None:
        """Sends now or never: what the kernel refuses (full buffer, no route) is counted as lost."""
        if len(address) == 3:
            stream = self.streams.get(address)
            if stream is None:
                self.unsent += 1
            else:
                stream.send(datagram)
            return
        try:
            self._socket.sendto(datagram, address)  # type: ignore[union-attr]  # None is caught below
        except (OSError, AttributeError):
            self.unsent += 1

    def receive(self, datagram: bytes, address: Address, now: float) -> None:
        """Sorts one datagram that came from `address`. Raises nothing."""
        self.received += 1
        try:
            kind = datagram[0] if datagram else 255
            if 127 < kind < 192:
                path = self.paths.get(address)
                if path is None:
                    self.dropped["unknown_source"] += 1
                    if self._on_stranger is not None and len(address) == 2:
                        self._on_stranger(datagram, address, now)
                    return
                path.heard_at = now
                if now - path.window_at >= 1:
                    path.window_at = now
                    path.window_packets = 0
                path.window_packets += 1
                if path.window_packets > MAX_MEDIA_PER_S:
                    self.dropped["too_many"] += 1
                    return
                self._on_media(path.peer, datagram, now)
            elif 19 < kind < 64:
                path = self.paths.get(address)
                if path is None:
                    self.dropped["unknown_source"] += 1
                elif self._on_dtls(path.peer, datagram):
                    path.heard_at = now
                else:
                    self.dropped["dtls_refused"] += 1
            elif kind < 4:
                self._on_stun(datagram, address, now)
            else:
                self.dropped["unknown_protocol" if datagram else "empty"] += 1
        except Exception:
            # A bug of ours behind one datagram: that datagram is lost, and nothing else.
            self.dropped["internal_error"] += 1
            self._failures += 1
            if self._failures <= MAX_LOGGED_FAILURES:
                log.exception("handling a datagram failed")

    def forget(self, address: Address) -> None:
        """Nobody is behind this address any more; it must pass a check again before it is listened to."""
        del self.paths[address]
        if len(address) == 3 and address in self.streams:
            self.streams[address].distrust()

    def _readable(self) -> None:
        """Drains the socket, for MAX_HOLD_S at most; the loop calls again if more is there."""
        sock = self._socket
        if sock is None:
            return
        receive = sock.recvfrom
        now = monotonic()
        deadline = now + MAX_HOLD_S
        while now < deadline:
            try:
                datagram, address = receive(MAX_DATAGRAM_BYTES)
            except BlockingIOError:
                self.behind = False
                return
            except OSError:  # an ICMP error for something sent before
                self.dropped["socket_error"] += 1
                return
            self.receive(datagram, address, now)
            now = monotonic()
        self.behind = True
