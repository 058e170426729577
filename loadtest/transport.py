"""The media path of one participant: a UDP socket under ICE, DTLS and SRTP.

Once it is connected, the socket is read every `DRAIN_EVERY_S` instead of at each datagram: waking up for
every packet of everybody would cost more than all the rest. What is measured does not suffer, because
arrivals are told by the kernel; what is answered (NACKs, keyframe requests) is late by as much.
"""

from __future__ import annotations

import asyncio
import fcntl
import random
import socket
import time
from collections import deque
from collections.abc import Callable
from struct import Struct

import pylibsrtp

from loadtest.dtls import Certificate, DtlsEnd, DtlsError, SrtpKeys
from loadtest.ice import CONNECT_TIMEOUT_S, IceAgent
from loadtest.network import NetworkPath
from loadtest.pacer import Pacer
from loadtest.sdp import Answer

RECEIVE_BUFFER_BYTES = 4 << 20
_SO_RCVBUFFORCE = 33
_DATAGRAM_MAX = 2048
_EARLY_MAX = 4
_FLIGHT_PAUSE_S = 0.05
"""A DTLS flight is sent again after two round trips, and so much at least: as Chromium does."""
_DRAIN_MAX = 256
"""Datagrams read from one socket before others have their turn."""
DRAIN_EVERY_S = 0.003
_POLL_CONNECTING_S = 0.02
_POLL_CONNECTED_S = 0.25
_SIOCGSTAMPNS = 0x8907  # linux/sockios.h: when the datagram read last arrived
_TIMESPEC = Struct("qq")


class TransportError(Exception):
    """The media path could not be made, or was lost."""


class _Path:
    """A socket towards one of the server's candidates."""

    def __init__(self, address: tuple[str, int], agent: IceAgent) -> None:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.agent = agent
        self.socket = socket.socket(family, socket.SOCK_DGRAM)
        self.socket.setblocking(False)
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, RECEIVE_BUFFER_BYTES)
        except OSError:  # not root: as much as the system allows
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        self.socket.connect(address)


class Transport:
    """`on_rtp(datagram, now)` is given RTP still protected; `on_rtcp(compound, now)` decrypted RTCP. `network`: what
    happens to datagrams on their way, besides what happens to them anyway."""

    def __init__(
        self,
        pacer: Pacer,
        certificate: Certificate,
        on_rtp: Callable[[bytes, float], object],
        on_rtcp: Callable[[bytes, float], object],
        network: NetworkPath | None = None,
        drain_every_s: float = DRAIN_EVERY_S,
    ) -> None:
        self._pacer = pacer
        self._network = network
        self._drain_every_s = drain_every_s
        self._leaving: deque[tuple[float, _Path, bytes]] = deque()
        self._coming: deque[tuple[float, _Path, bytes, int]] = deque()
        """What a slow network still holds, in the order in which it comes out."""
        self._arrived_ns: int | None = None
        """Of the datagram in hand, if the network held it."""
        self._loop = asyncio.get_running_loop()
        self._certificate = certificate
        self._on_rtp = on_rtp
        self._on_rtcp = on_rtcp
        self._paths: list[_Path] = []
        self._path: _Path | None = None
        self._dtls: DtlsEnd | None = None
        self._repeat_at = 0.0
        self._repeat_after_s = _FLIGHT_PAUSE_S
        self._early: list[bytes] = []
        """The server's hello, where it overtook the answer to our check."""
        self._receive: pylibsrtp.Session | None = None
        self._send: pylibsrtp.Session | None = None
        self._connected: asyncio.Future[None] = self._loop.create_future()
        self._closed = False
        self.unsent = 0
        """Datagrams that the kernel refused."""
        self.undecryptable = 0
        self.lost_consent = False

    async def connect(self, answer: Answer, local_ufrag: str) -> None:
        """Checks every candidate at once; returns when SRTP keys are there. Raises TransportError."""
        # It is there before the path is: the server may say hello as soon as it has heard a check.
        self._dtls = DtlsEnd(self._certificate, answer.fingerprint, active=answer.passive)
        now = self._pacer.now()
        for address in answer.candidates:
            agent = IceAgent(
                local_ufrag=local_ufrag,
                remote_ufrag=answer.ufrag,
                remote_pwd=answer.pwd,
                tie_breaker=random.getrandbits(64),
                now=now,
            )
            try:
                path = _Path(address, agent)
            except OSError:
                continue  # an address family or network that this machine does not have
            self._paths.append(path)
            self._loop.add_reader(path.socket, self._readable, path)
        if not self._paths:
            raise TransportError(f"no candidate of the server can be reached: {answer.candidates}")
        self._pacer.start(self._poll, now)
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                await self._connected
        except TimeoutError:
            step = "DTLS handshake" if self._path else "ICE check"
            raise TransportError(f"no {step} succeeded in {CONNECT_TIMEOUT_S:.0f} s") from None
        if self._path is not None:
            self._loop.remove_reader(self._path.socket)
            self._pacer.start(self._drain, self._pacer.now())

    def close(self) -> None:
        """Says goodbye, as a browser does on `close()`."""
        if self._closed:
            return
        if self._dtls is not None:
            self._send_all(self._dtls.close())
        self._closed = True
        for path in self._paths:
            self._drop(path)
        if not self._connected.done():
            self._connected.cancel()

    def send_rtp(self, packet: bytes) -> bytes | None:
        """Returns what was sent; None before there are keys."""
        if self._send is None:
            return None
        datagram: bytes = self._send.protect(packet)
        self._send_datagram(datagram)
        return datagram

    def send_again(self, datagram: bytes) -> None:
        self._send_datagram(datagram)

    def send_rtcp(self, compound: bytes) -> None:
        if self._send is not None:
            self._send_datagram(self._send.protect_rtcp(compound))

    def unprotect(self, datagram: bytes) -> bytes:
        """Raises pylibsrtp.Error."""
        assert self._receive is not None
        plain: bytes = self._receive.unprotect(datagram)
        return plain

    def arrival_ns(self) -> int:
        """When the datagram read last reached this host, by the kernel, so that our own delay does not
        count.
        """
        if self._arrived_ns is not None:
            return self._arrived_ns
        assert self._path is not None
        return self._kernel_arrival_ns(self._path)

    @staticmethod
    def _kernel_arrival_ns(path: _Path) -> int:
        try:
            seconds, nanoseconds = _TIMESPEC.unpack(
                fcntl.ioctl(path.socket, _SIOCGSTAMPNS, bytes(_TIMESPEC.size))
            )
        except OSError:  # no timestamp yet (the first call turns them on)
            return time.time_ns()
        return int(seconds * 1_000_000_000 + nanoseconds) or time.time_ns()

    def _drain(self, due: float) -> float | None:
        if self._path is None or self._closed:
            return None
        if self._network is not None:
            self._carry(self._loop.time())
        self._readable(self._path)
        every = self._drain_every_s
        return max(due, self._loop.time() - every) + every  # what was missed need not be caught up

    def _carry(self, now: float) -> None:
        """What the network has held long enough goes on."""
        while self._leaving and self._leaving[0][0] <= now:
            _, path, datagram = self._leaving.popleft()
            self._put(path, datagram)
        while self._coming and self._coming[0][0] <= now:
            _, path, datagram, self._arrived_ns = self._coming.popleft()
            if not self._closed and path in self._paths:
                self._take(path, datagram, now)
        self._arrived_ns = None

    def _held(self, network: NetworkPath, path: _Path, datagram: bytes, now: float) -> bool:
        """Whether the network keeps a datagram that has just arrived, for a while or for ever."""
        due = network.down(now)
        if due is None:
            return True
        if due <= now and not self._coming:
            return False
        self._coming.append((due, path, datagram, self._kernel_arrival_ns(path) + round((due - now) * 1e9)))
        return True

    def _readable(self, path: _Path) -> None:
        receive = path.socket.recv
        now = self._loop.time()
        try:
            for _ in range(_DRAIN_MAX):
                datagram = receive(_DATAGRAM_MAX)
                if not datagram:
                    continue
                if self._network is not None and self._held(self._network, path, datagram, now):
                    continue
                self._take(path, datagram, now)
                if self._closed or path not in self._paths:
                    return
        except BlockingIOError:
            return
        except ConnectionRefusedError:
            return  # nobody listens there (any more): checks and consent find out

    def _take(self, path: _Path, datagram: bytes, now: float) -> None:
        first = datagram[0]
        if 127 < first < 192 and self._receive is not None:  # RFC 7983 section 7
            if 191 < datagram[1] < 224:  # RFC 5761 section 4
                self._rtcp(datagram, now)
            elif len(datagram) > 12:
                self._on_rtp(datagram, now)
        elif first < 4:
            self._stun(path, datagram, now)
        elif 19 < first < 64:
            self._dtls_received(datagram, now)

    def _rtcp(self, datagram: bytes, now: float) -> None:
        assert self._receive is not None
        try:
            compound = self._receive.unprotect_rtcp(datagram)
        except pylibsrtp.Error:
            self.undecryptable += 1
        else:
            self._on_rtcp(compound, now)

    def _stun(self, path: _Path, datagram: bytes, now: float) -> None:
        path.agent.receive(datagram, now)
        if self._path is None and path.agent.valid:
            self._path = path
            for other in [other for other in self._paths if other is not path]:
                self._drop(other)
            path.agent.nominate(now)
            self._check(path, now)
            if self._dtls is not None:
                # As browsers do: a path that works is enough, nominated or not.
                pause_s = max(_FLIGHT_PAUSE_S, 2 * path.agent.round_trip_s)
                self._send_flight(self._dtls.start(), now, pause_s)
                for record in self._early:
                    self._dtls_received(record, now)
                self._early.clear()

    def _dtls_received(self, datagram: bytes, now: float) -> None:
        if self._dtls is None or self._path is None:
            if len(self._early) < _EARLY_MAX:
                self._early.append(datagram)
            return
        try:
            if answer := self._dtls.receive(datagram):
                self._send_flight(answer, now, self._repeat_after_s)
        except DtlsError as error:
            if not self._connected.done():
                self._connected.set_exception(TransportError(str(error)))
            return
        if self._dtls.keys is not None and not self._connected.done():
            self._start_srtp(self._dtls.keys)
            self._connected.set_result(None)

    def _start_srtp(self, keys: SrtpKeys) -> None:
        inbound = pylibsrtp.Policy(
            key=keys.receive, ssrc_type=pylibsrtp.Policy.SSRC_ANY_INBOUND, srtp_profile=keys.profile
        )
        outbound = pylibsrtp.Policy(
            key=keys.send, ssrc_type=pylibsrtp.Policy.SSRC_ANY_OUTBOUND, srtp_profile=keys.profile
        )
        self._receive, self._send = pylibsrtp.Session(inbound), pylibsrtp.Session(outbound)

    def _poll(self, due: float) -> float | None:
        if self._closed:
            return None
        now = self._loop.time()
        if self._network is not None:
            self._carry(now)
        for path in list(self._paths):
            if path.agent.expired(now):
                self.lost_consent = path is self._path
                self._drop(path)
            else:
                self._check(path, now)
        if self._dtls is not None and self._dtls.keys is None:
            self._repeat_flight(self._dtls, now)
        return due + (_POLL_CONNECTED_S if self._connected.done() else _POLL_CONNECTING_S)

    def _repeat_flight(self, dtls: DtlsEnd, now: float) -> None:
        timeout = dtls.timeout_s
        if timeout is not None and timeout <= 0:
            self._send_all(dtls.handle_timeout())
        elif dtls.flight and now >= self._repeat_at:
            self._send_flight(dtls.flight, now, 2 * self._repeat_after_s)

    def _send_flight(self, flight: list[bytes], now: float, repeat_after_s: float) -> None:
        self._repeat_after_s = repeat_after_s
        self._repeat_at = now + repeat_after_s
        self._send_all(flight)

    def _check(self, path: _Path, now: float) -> None:
        if check := path.agent.poll(now):
            self._send_on(path, check)

    def _send_all(self, datagrams: list[bytes]) -> None:
        for datagram in datagrams:
            self._send_datagram(datagram)

    def _send_datagram(self, datagram: bytes) -> None:
        if self._path is not None:
            self._send_on(self._path, datagram)

    def _send_on(self, path: _Path, datagram: bytes) -> None:
        if self._network is not None:
            now = self._loop.time()
            due = self._network.up(now)
            if due is None:
                return
            if due > now or self._leaving:
                self._leaving.append((due, path, datagram))
                return
        self._put(path, datagram)

    def _put(self, path: _Path, datagram: bytes) -> None:
        try:
            path.socket.send(datagram)
        except OSError:  # full buffer, or nobody listens: lost, as on any network
            self.unsent += 1

    def _drop(self, path: _Path) -> None:
        self._paths = [other for other in self._paths if other is not path]
        if self._path is path:
            self._path = None
        self._loop.remove_reader(path.socket)
        path.socket.close()
