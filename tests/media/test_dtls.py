"""A DTLS session against aiortc, over a pair of queues: keys agree, and failures end one session only."""

from __future__ import annotations

import asyncio
import random

import pytest
from aiortc.rtcdtlstransport import (
    SRTP_AEAD_AES_128_GCM,
    SRTP_AES128_CM_SHA1_80,
    RTCCertificate,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    SRTPProtectionProfile,
)
from pylibsrtp import Policy, Session

from classroom.media.dtls import MAX_PENDING, Certificate, DtlsSession
from classroom.media.handshake import EndReason, Role
from classroom.media.relay import SrtpKeys

RTP = bytes.fromhex("8060000100000001000000aa") + b"payload"


class Wire:
    """The client's ICE transport, and the server's owner."""

    role = "controlling"

    def __init__(self) -> None:
        self.session: DtlsSession | None = None
        self.to_client: asyncio.Queue[bytes] = asyncio.Queue()
        self.keys: asyncio.Future[SrtpKeys] = asyncio.get_running_loop().create_future()
        self.ended: asyncio.Future[EndReason] = asyncio.get_running_loop().create_future()

    async def _recv(self) -> bytes:
        return await self.to_client.get()

    async def _send(self, data: bytes) -> None:
        if self.session is not None:
            self.session.receive(data)

    def send_dtls(self, record: bytes) -> None:
        self.to_client.put_nowait(record)

    def keys_ready(self, keys: SrtpKeys) -> None:
        self.keys.set_result(keys)

    def dtls_ended(self, reason: EndReason) -> None:
        self.ended.set_result(reason)


class Client(RTCDtlsTransport):
    """A browser's end."""

    def __init__(self, wire: Wire, profiles: list[SRTPProtectionProfile], role: Role = "client") -> None:
        self.certificate = RTCCertificate.generateCertificate()
        super().__init__(wire, [self.certificate])  # type: ignore[arg-type]
        self._srtp_profiles = profiles
        self._set_role(role)

    @property
    def fingerprints(self) -> list[tuple[str, str]]:
        return [(f.algorithm, f.value) for f in self.certificate.getFingerprints()]

    async def meet(self, certificate: Certificate) -> None:
        await self.start(RTCDtlsParameters([RTCDtlsFingerprint("sha-256", certificate.fingerprint)]))

    def protect(self, packet: bytes) -> bytes:
        return bytes(self._tx_srtp.protect(packet))


def unprotect(keys: SrtpKeys, packet: bytes) -> bytes:
    policy = Policy(key=keys.receive, ssrc_type=Policy.SSRC_ANY_INBOUND, srtp_profile=keys.profile)
    return bytes(Session(policy).unprotect(packet))


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [
        ([SRTP_AES128_CM_SHA1_80, SRTP_AEAD_AES_128_GCM], SRTP_AEAD_AES_128_GCM),
        ([SRTP_AES128_CM_SHA1_80], SRTP_AES128_CM_SHA1_80),
    ],
)
async def test_a_handshake_gives_keys_that_agree(
    offered: list[SRTPProtectionProfile], chosen: SRTPProtectionProfile
) -> None:
    wire, certificate = Wire(), Certificate()
    client = Client(wire, offered)
    wire.session = DtlsSession(certificate, client.fingerprints, "server", wire, timeout_s=10)
    await client.meet(certificate)
    keys = await asyncio.wait_for(wire.keys, 10)
    assert keys.profile == chosen.libsrtp_profile
    assert unprotect(keys, client.protect(RTP)) == RTP
    assert keys.receive not in repr(keys).encode("latin1"), "keys do not show in logs"
    await client.stop()
    assert await asyncio.wait_for(wire.ended, 10) == "closed"


async def test_a_handshake_that_we_begin() -> None:
    wire, certificate = Wire(), Certificate()
    peer = Client(wire, [SRTP_AEAD_AES_128_GCM], role="server")
    wire.session = DtlsSession(certificate, peer.fingerprints, "client", wire, timeout_s=10)
    await peer.meet(certificate)
    keys = await asyncio.wait_for(wire.keys, 10)
    assert unprotect(keys, peer.protect(RTP)) == RTP
    wire.session.close()
    await until_closed(peer)


async def until_closed(peer: Client) -> None:
    for _ in range(1000):
        if peer.state == "closed":
            break
        await asyncio.sleep(0.01)
    assert peer.state == "closed"


async def test_keys_are_not_given_to_who_does_not_match_the_fingerprint() -> None:
    wire, certificate = Wire(), Certificate()
    client = Client(wire, [SRTP_AEAD_AES_128_GCM])
    other = Client(wire, [SRTP_AEAD_AES_128_GCM])
    wire.session = DtlsSession(certificate, other.fingerprints, "server", wire, timeout_s=10)
    await client.meet(certificate)
    assert await asyncio.wait_for(wire.ended, 10) == "dtls_failed"
    assert not wire.keys.done()
    await client.stop()


async def test_one_matching_fingerprint_among_several_is_not_enough() -> None:
    wire, certificate = Wire(), Certificate()
    client = Client(wire, [SRTP_AEAD_AES_128_GCM])
    sha_256, _, sha_512 = client.fingerprints
    forged = ("sha-384", ":".join(["00"] * 48))
    wire.session = DtlsSession(certificate, [sha_256, forged, sha_512], "server", wire, timeout_s=10)
    await client.meet(certificate)
    assert await asyncio.wait_for(wire.ended, 10) == "dtls_failed"
    await client.stop()


async def test_a_half_open_handshake_expires() -> None:
    wire = Wire()
    wire.session = DtlsSession(Certificate(), [("sha-256", "")], "server", wire, timeout_s=0.05)
    assert await asyncio.wait_for(wire.ended, 10) == "dtls_failed"


async def test_garbage_ends_at_most_its_own_session() -> None:
    wire, dice = Wire(), random.Random(1)
    session = DtlsSession(Certificate(), [("sha-256", "")], "server", wire, timeout_s=0.2)
    assert not session.receive(b"")
    assert not session.receive(b"\x16\xfe\xff")
    for _ in range(100):
        session.receive(b"\x16\xfe\xff" + dice.randbytes(dice.randrange(10, 200)))
        await asyncio.sleep(0)
    assert await asyncio.wait_for(wire.ended, 10) == "dtls_failed"


async def test_records_that_wait_are_bounded() -> None:
    wire = Wire()
    session = DtlsSession(Certificate(), [("sha-256", "")], "server", wire, timeout_s=10)
    taken = [session.receive(b"\x16\xfe\xff" + bytes(20)) for _ in range(MAX_PENDING + 5)]
    assert taken == [True] * MAX_PENDING + [False] * 5
    session.close()
    assert not wire.ended.done(), "whoever closes a session is not told of its end"


async def test_closing_says_goodbye() -> None:
    wire, certificate = Wire(), Certificate()
    client = Client(wire, [SRTP_AEAD_AES_128_GCM])
    wire.session = DtlsSession(certificate, client.fingerprints, "server", wire, timeout_s=10)
    await client.meet(certificate)
    await asyncio.wait_for(wire.keys, 10)
    wire.session.close()
    await until_closed(client)
