"""One peer's DTLS session on the loop: gives the handshake its records and the time, and its owner the keys.

Records come from authenticated paths only. Keys are handed on after the peer's certificate was found to match the
fingerprints of its offer; SRTP itself is the relay's business.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Protocol

from aiortc.rtcdtlstransport import RTCCertificate

from classroom.media.handshake import RECORD_HEADER_BYTES, EndReason, Handshake, Role
from classroom.media.relay import SrtpKeys

log = logging.getLogger(__name__)

MAX_PENDING = 32
"""Records waiting to be read; more are dropped, and DTLS repeats what it needs."""


class DtlsOwner(Protocol):
    """Who a session belongs to."""

    def send_dtls(self, record: bytes) -> None:
        """Sends a datagram to the peer."""

    def keys_ready(self, keys: SrtpKeys) -> None:
        """The peer is who its offer says, and media may flow both ways."""

    def dtls_ended(self, reason: EndReason) -> None:
        """closed: the peer said goodbye. dtls_failed: no handshake, a wrong certificate, or a time-out.
        Called once, never after `close`."""


class Certificate:
    """Our certificate (ECDSA P-256, self-signed), one for each start of the process."""

    def __init__(self) -> None:
        self.rtc = RTCCertificate.generateCertificate()

    @property
    def fingerprint(self) -> str:
        """SHA-256 in the form SDP has it."""
        return next(f.value for f in self.rtc.getFingerprints() if f.algorithm == "sha-256")


class DtlsSession:
    """One handshake and what follows. Needs a running loop. `fingerprints`: (hash function, digest) of the offer."""

    def __init__(
        self,
        certificate: Certificate,
        fingerprints: Sequence[tuple[str, str]],
        role: Role,
        owner: DtlsOwner,
        timeout_s: float,
    ) -> None:
        """As the client, says hello at once."""
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._handshake = Handshake(certificate.rtc, fingerprints, role)
        self._pending: deque[bytes] = deque()
        self._told_keys = self._over = False
        self._retransmission: asyncio.TimerHandle | None = None
        self._expiry = self._loop.call_later(timeout_s, self._expire)
        self._send(self._handshake.start(monotonic()))
        self._schedule()

    @property
    def profile_missing(self) -> bool:
        """See `Handshake`."""
        return self._handshake.profile_missing

    def receive(self, record: bytes) -> bool:
        """A datagram whose first byte says DTLS (RFC 7983 section 7). False: dropped (too short, or too many). Worked at in the
        loop's next turn: a handshake is a millisecond of arithmetic."""
        if len(record) < RECORD_HEADER_BYTES or len(self._pending) >= MAX_PENDING or self._over:
            return False
        self._pending.append(record)
        if len(self._pending) == 1:
            self._loop.call_soon(self._work)
        return True

    def close(self) -> None:
        """Says goodbye to the peer (close_notify) and ends."""
        if not self._over:
            self._stop()
            self._send(self._handshake.close())

    def _work(self) -> None:
        if self._over:
            return
        self._guard(lambda: self._handshake.receive(self._pending.popleft(), monotonic()))
        if self._pending and not self._over:
            self._loop.call_soon(self._work)

    def _tick(self) -> None:
        self._guard(lambda: self._handshake.tick(monotonic()))

    def _guard(self, step: Callable[[], list[bytes]]) -> None:
        try:
            self._send(step())
        except Exception:
            # A bug, in OpenSSL's binding or in ours: it ends this peer's connection and no other.
            log.exception("DTLS session failed")
            self._end("dtls_failed")
            return
        keys, ended = self._handshake.keys, self._handshake.ended
        if ended is not None:
            self._end(ended)
            return
        self._schedule()
        if keys is not None and not self._told_keys:
            self._told_keys = True
            self._owner.keys_ready(keys)

    def _schedule(self) -> None:
        if self._retransmission is not None:
            self._retransmission.cancel()
            self._retransmission = None
        deadline = self._handshake.deadline
        if deadline is not None:
            self._retransmission = self._loop.call_later(max(0.0, deadline - monotonic()), self._tick)
        elif self._handshake.complete:
            self._expiry.cancel()

    def _expire(self) -> None:
        log.info("DTLS handshake timed out")
        self._end("dtls_failed")

    def _end(self, reason: EndReason) -> None:
        if not self._over:
            self._stop()
            self._owner.dtls_ended(reason)

    def _stop(self) -> None:
        self._over = True
        self._pending.clear()
        self._expiry.cancel()
        if self._retransmission is not None:
            self._retransmission.cancel()

    def _send(self, datagrams: Sequence[bytes]) -> None:
        for datagram in datagrams:
            self._owner.send_dtls(datagram)
