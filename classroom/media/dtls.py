"""The DTLS server's end of one peer: a handshake that yields SRTP keys (RFC 5763, RFC 5764).

aiortc's transport does the handshake over an object of ours, which only needs `_recv`, `_send` and `role`. Ours is fed
with records from authenticated paths only, never with anything else: aiortc's dies of an empty datagram. Keys are handed
on after the peer's certificate was found to match the fingerprints of its offer; SRTP itself is the relay's business.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Literal, Protocol

from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AEAD_AES_256_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    State,
)

from classroom.media.relay import SrtpKeys

log = logging.getLogger(__name__)

SRTP_PROFILES = [SRTP_AEAD_AES_128_GCM, SRTP_AEAD_AES_256_GCM, SRTP_AES128_CM_SHA1_80]
"""In our order of preference: AES-128-GCM is the cheapest to forward (RFC 7714)."""
MIN_RECORD_BYTES = 13
"""A DTLS record's header (RFC 6347 section 4.1)."""
MAX_PENDING = 32
"""Records waiting to be read; more are dropped, and DTLS repeats what it needs."""

EndReason = Literal["closed", "dtls_failed"]


class DtlsOwner(Protocol):
    """Who a session belongs to."""

    def send_dtls(self, record: bytes) -> None:
        """Sends a datagram to the peer."""

    def keys_ready(self, keys: SrtpKeys) -> None:
        """The handshake is done and the peer is who its offer says."""

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


class _Channel:
    """What aiortc takes for an ICE transport."""

    role = "controlled"

    def __init__(self, send: Callable[[bytes], None]) -> None:
        self._send_record = send
        self.records: asyncio.Queue[bytes] = asyncio.Queue(MAX_PENDING)

    async def _recv(self) -> bytes:
        return await self.records.get()

    async def _send(self, data: bytes) -> None:
        self._send_record(data)


class _Transport(RTCDtlsTransport):
    """aiortc's transport, giving its keys away instead of using them."""

    def __init__(self, channel: _Channel, certificate: RTCCertificate) -> None:
        super().__init__(channel, [certificate])  # type: ignore[arg-type]  # a duck, as said above
        self.keys: SrtpKeys | None = None
        self._srtp_profiles = SRTP_PROFILES
        self._set_role("server")

    @property
    def pump(self) -> asyncio.Future[None] | None:
        """The task that reads records after the handshake."""
        return self._task

    def _setup_srtp(self) -> None:
        if self._ssl is None:
            raise AssertionError("no handshake was made")
        selected = self._ssl.get_selected_srtp_profile()
        profile = next((p for p in SRTP_PROFILES if p.openssl_profile == selected), None)
        if profile is None:
            self._set_state(State.FAILED)
            return
        # RFC 5764 section 4.2: client key, server key, client salt, server salt.
        material = self._ssl.export_keying_material(
            b"EXTRACTOR-dtls_srtp", 2 * (profile.key_length + profile.salt_length)
        )
        self.keys = SrtpKeys(
            profile=profile.libsrtp_profile,
            receive=profile.get_key_and_salt(material, 0),
            send=profile.get_key_and_salt(material, 1),
        )


class DtlsSession:
    """One handshake and what follows. Needs a running loop. `fingerprints`: (hash function, digest) of the
    offer."""

    def __init__(
        self,
        certificate: Certificate,
        fingerprints: Sequence[tuple[str, str]],
        owner: DtlsOwner,
        timeout_s: float,
    ) -> None:
        self._owner = owner
        self._timeout_s = timeout_s
        self._parameters = RTCDtlsParameters([RTCDtlsFingerprint(*f) for f in fingerprints])
        self._channel = _Channel(owner.send_dtls)
        self._transport = _Transport(self._channel, certificate.rtc)
        self._task = asyncio.get_running_loop().create_task(self._run())

    def receive(self, record: bytes) -> bool:
        """A datagram whose first byte says DTLS (RFC 7983 section 7). False: dropped (too short, or too
        many)."""
        if len(record) < MIN_RECORD_BYTES or self._channel.records.full():
            return False
        self._channel.records.put_nowait(record)
        return True

    async def close(self) -> None:
        """Says goodbye to the peer (close_notify) and ends."""
        self._task.cancel()
        await asyncio.wait({self._task})
        await self._transport.stop()

    async def _run(self) -> None:
        reason: EndReason = "dtls_failed"
        try:
            async with asyncio.timeout(self._timeout_s):
                await self._transport.start(self._parameters)
            keys, pump = self._transport.keys, self._transport.pump
            if keys is not None and pump is not None:
                self._owner.keys_ready(keys)
                await asyncio.wait({pump})
                # A task that was cancelled or that failed did not read a close_notify.
                if not pump.cancelled() and pump.exception() is None:
                    reason = "closed"
        except TimeoutError:
            log.info("DTLS handshake timed out")
        except Exception:
            # A bug, in OpenSSL's binding or in ours: it ends this peer's connection and no other.
            log.exception("DTLS session failed")
        self._owner.dtls_ended(reason)
