from __future__ import annotations

import os

import pytest
from pylibsrtp import Policy

from classroom.media.pyrelay.srtp import (
    BUFFER,
    C_BUFFER,
    C_LENGTH,
    MAX_PACKET_BYTES,
    OUTPUT,
    SrtpSession,
    protect,
)
from classroom.media.relay import SrtpKeys
from tests.media.synthetic_packets import rtp

PROFILES = [
    (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, 28),
    (Policy.SRTP_PROFILE_AEAD_AES_256_GCM, 44),
    (Policy.SRTP_PROFILE_AES128_CM_SHA1_80, 30),
]


def pair(profile: int, size: int) -> tuple[SrtpSession, SrtpSession]:
    one, other = os.urandom(size), os.urandom(size)
    return SrtpSession(SrtpKeys(profile, one, other)), SrtpSession(SrtpKeys(profile, other, one))


def protected(session: SrtpSession, packet: bytes) -> bytes:
    BUFFER[: len(packet)] = packet
    C_LENGTH[0] = len(packet)
    assert protect(session.context, C_BUFFER, C_LENGTH) == 0
    return bytes(OUTPUT[0 : C_LENGTH[0]])


@pytest.mark.parametrize(("profile", "size"), PROFILES)
def test_what_one_protects_the_other_opens_once(profile: int, size: int) -> None:
    ours, theirs = pair(profile, size)
    for ssrc in (1, 2):
        packet = rtp(96, 7, 8, ssrc, b"x" * MAX_PACKET_BYTES)[:MAX_PACKET_BYTES]
        if len(protected(ours, packet)) > MAX_PACKET_BYTES:
            packet = packet[:1400]
        sent = protected(ours, packet[:8] + b"\0\0\0" + bytes([ssrc + 8]) + packet[12:])
        assert theirs.unprotect(sent[:-1] + bytes([sent[-1] ^ 1])) is None
        assert theirs.unprotect(sent) is not None
        assert theirs.unprotect(sent) is None, "a replay"
    compound = b"\x80\xc9\0\1\0\0\0\5"
    control = ours.protect_rtcp(compound)
    assert control is not None
    assert theirs.unprotect_rtcp(control) == compound
    assert theirs.unprotect_rtcp(control) is None


@pytest.mark.parametrize(("profile", "size"), PROFILES)
def test_nothing_short_long_or_forged_opens(profile: int, size: int) -> None:
    ours, _ = pair(profile, size)
    for datagram in (b"", b"\x80", bytes(11), b"\x80\x60" + bytes(20), b"\x9f\xe0" + bytes(40), bytes(3000)):
        assert ours.unprotect(datagram) is None
        assert ours.unprotect_rtcp(datagram) is None
    assert ours.protect_rtcp(bytes(3000)) is None


def test_a_forgotten_stream_may_begin_anew() -> None:
    ours, theirs = pair(*PROFILES[0])
    sent = protected(ours, rtp(96, 7, 8, 1, b"x"))
    assert theirs.unprotect(sent) is not None
    theirs.forget(1)
    theirs.forget(99)
    assert theirs.unprotect(sent) is not None
