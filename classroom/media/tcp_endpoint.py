"""The TCP port beside the UDP port, for people whose network lets no UDP out (RFC 6544, passive candidates).

A connection carries what a UDP socket would, framed: STUN, DTLS, SRTP. Its far end counts as an address of its own, so
everything above works as over UDP. What differs is defended here:

- Until a STUN check on a connection has passed, it may send little, and not for long.
- A reader that is slow, or stops, costs itself packets and nobody else anything: never the loop's time, never memory beyond
  a bound. The kernel is given little at a time, so that what waits, waits here, where it can be dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import logging
import socket
from collections.abc import Callable
from time import monotonic
from typing import Final

from classroom.media.endpoint import MAX_DATAGRAM_BYTES, Endpoint
from classroom.media.relay import StreamAddress
from classroom.media.tcp_framing import STUN_BELOW, FrameReader, FrameTooLong, SendQueue

log = logging.getLogger(__name__)

MAX_STREAMS: Final = 600
"""Connections at one time. A stranger makes room for a newcomer, a known peer does not."""
MAX_STRANGERS: Final = 200
"""Of these, such as have not passed a check; the oldest makes room."""
STRANGER_TIMEOUT_S: Final = 10.0
STRANGER_FRAMES: Final = 16
"""A browser's checks are sent again a few times before the answer has arrived."""
QUEUE_BYTES: Final = 64 * 1024
QUEUE_AGE_S: Final = 0.3
"""A jitter buffer waits about as long; older media would not be played."""
CREDIT_BYTES: Final = 8 * 1024
"""Written at most before the kernel says that it has sent nearly all: twice this is 0.4 s at 300 kb/s."""
READ_BYTES: Final = 16 * 1024
"""Of one connection in one turn of the loop."""
ACCEPT_AT_ONCE: Final = 32
ACCEPT_RETRY_S: Final = 1.0
BACKLOG: Final = 128
DEAD_AFTER_MS: Final = 15_000
"""Unacknowledged for so long, a connection is given up by the kernel (RFC 5482)."""
NO_ROOM: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


class TcpPortError(OSError):
    """The TCP port cannot be had."""


class TcpStream:
    """One accepted connection."""

    def __init__(self, sock: socket.socket, address: StreamAddress, owner: TcpEndpoint, now: float) -> None:
        self.address = address
        self.accepted_at = now
        self.trusted = False
        """A check came over it that passed."""
        self._socket = sock
        self._owner = owner
        self._reader = FrameReader(MAX_DATAGRAM_BYTES)
        self._queue = SendQueue(QUEUE_BYTES, QUEUE_AGE_S)
        self._begun = b""
        """The rest of what was written in part: a frame that was begun must be finished."""
        self._credit = CREDIT_BYTES
        self._frames_before_trust = 0
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock.fileno(), self._readable)

    @property
    def unsent(self) -> int:
        """Datagrams that the reader was too slow for."""
        return self._queue.dropped

    def distrust(self) -> None:
        """Back to being a stranger, who may prove to be somebody, as after an ICE restart."""
        self.trusted = False
        self.accepted_at = monotonic()
        self._frames_before_trust = 0

    def send(self, datagram: bytes) -> None:
        """Sends now, soon, or never."""
        if self._socket.fileno() < 0:
            return
        now = monotonic()
        self._queue.push(datagram, now)
        if self._credit > 0:
            self._write(now)

    def close(self) -> None:
        """The owner forgets it as well: see `TcpEndpoint.close_stream`."""
        if self._socket.fileno() >= 0:
            self._loop.remove_reader(self._socket.fileno())
            self._loop.remove_writer(self._socket.fileno())
            self._socket.close()

    def _readable(self) -> None:
        try:
            data = self._socket.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._owner.lost(self)
            return
        try:
            frames = self._reader.feed(data)
        except FrameTooLong:
            self._owner.refuse(self, "tcp_frame_too_long")
            return
        now = monotonic()
        for frame in frames:
            if not self.trusted and not self._may_pass(frame):
                self._owner.refuse(self, "tcp_stranger")
                return
            self._owner.received(self, frame, now)
            if self._socket.fileno() < 0:  # that datagram ended it
                return

    def _may_pass(self, frame: bytes) -> bool:
        self._frames_before_trust += 1
        return self._frames_before_trust <= STRANGER_FRAMES and bool(frame) and frame[0] < STUN_BELOW

    def _writable(self) -> None:
        """The kernel has less than TCP_NOTSENT_LOWAT left to send."""
        self._loop.remove_writer(self._socket.fileno())
        self._credit = CREDIT_BYTES
        self._write(monotonic())

    def _write(self, now: float) -> None:
        while self._credit > 0:
            data = self._begun or self._queue.take(self._credit, now)
            if not data:
                return
            try:
                written = self._socket.send(data)
            except BlockingIOError:
                written = 0
            except OSError:  # reset; the reader is told, and ends it
                self._begun = b""
                return
            self._begun = data[written:]
            self._credit -= written
            if self._begun:
                self._credit = 0
        self._loop.add_writer(self._socket.fileno(), self._writable)


class TcpEndpoint:
    """Owns the listening socket and every stream. What arrives goes to `endpoint.receive`, what is to be sent comes by its
    `streams`; `on_lost` is told the address of a trusted stream that its far end has closed or that has broken."""

    def __init__(self, endpoint: Endpoint, on_lost: Callable[[StreamAddress], None]) -> None:
        self._endpoint = endpoint
        self._on_lost = on_lost
        self._streams: dict[StreamAddress, TcpStream] = {}
        self._listener: socket.socket | None = None
        self._retry: asyncio.TimerHandle | None = None
        self._unsent = 0

    @property
    def unsent(self) -> int:
        """Datagrams that were dropped because their readers were too slow."""
        return self._unsent + sum(stream.unsent for stream in self._streams.values())

    def __len__(self) -> int:
        return len(self._streams)

    def open(self, host: str, port: int) -> int:
        """Listens; returns the port. Raises TcpPortError."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            sock.bind((host, port))
            sock.listen(BACKLOG)
        except OSError as problem:
            sock.close()
            raise TcpPortError(problem.errno, problem.strerror) from problem
        self._listener = sock
        asyncio.get_running_loop().add_reader(sock.fileno(), self._accept)
        return int(sock.getsockname()[1])

    def close(self) -> None:
        if self._retry is not None:
            self._retry.cancel()
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener.fileno())
            self._listener.close()
            self._listener = None
        for address in tuple(self._streams):
            self.close_stream(address)

    def close_stream(self, address: StreamAddress) -> None:
        """Nobody is behind it any more. Unknown: ignored."""
        stream = self._streams.pop(address, None)
        if stream is not None:
            del self._endpoint.streams[address]
            self._unsent += stream.unsent
            stream.close()

    def expire(self, now: float) -> None:
        """Closes connections over which no check came in time."""
        for stream in tuple(self._streams.values()):
            if not stream.trusted and now - stream.accepted_at > STRANGER_TIMEOUT_S:
                self.refuse(stream, "tcp_stranger")

    # --- from the streams

    def received(self, stream: TcpStream, datagram: bytes, now: float) -> None:
        self._endpoint.receive(datagram, stream.address, now)
        stream.trusted = stream.trusted or stream.address in self._endpoint.paths

    def lost(self, stream: TcpStream) -> None:
        """Closed by its far end, or broken."""
        self.close_stream(stream.address)
        if stream.trusted:
            self._on_lost(stream.address)

    def refuse(self, stream: TcpStream, reason: str) -> None:
        """It does what no client does; counted as `reason`."""
        self._endpoint.dropped[reason] += 1
        self.lost(stream)

    # --- inside

    def _accept(self) -> None:
        if self._listener is None:
            return
        for _ in range(ACCEPT_AT_ONCE):
            try:
                sock, far = self._listener.accept()
            except BlockingIOError:
                return
            except OSError as problem:
                if problem.errno in NO_ROOM:
                    self._pause(problem)
                return
            self._welcome(sock, (far[0], far[1], "tcp"))

    def _welcome(self, sock: socket.socket, address: StreamAddress) -> None:
        self.close_stream(address)  # one whose end has not reached us
        strangers = [stream for stream in self._streams.values() if not stream.trusted]
        if strangers and (len(strangers) >= MAX_STRANGERS or len(self._streams) >= MAX_STREAMS):
            self.refuse(strangers[0], "tcp_full")
        if len(self._streams) >= MAX_STREAMS:
            self._endpoint.dropped["tcp_full"] += 1
            sock.close()
            return
        sock.setblocking(False)
        with contextlib.suppress(OSError):  # what the system does not have, it does without
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER_MS)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, CREDIT_BYTES)
        stream = TcpStream(sock, address, self, monotonic())
        self._streams[address] = self._endpoint.streams[address] = stream

    def _pause(self, problem: OSError) -> None:
        """The process has no descriptor left: without a pause the loop would do nothing but fail to accept."""
        assert self._listener is not None
        log.warning("media over TCP: cannot accept: %s", problem.strerror)
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._listener.fileno())
        self._retry = loop.call_later(ACCEPT_RETRY_S, self._resume)

    def _resume(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().add_reader(self._listener.fileno(), self._accept)
