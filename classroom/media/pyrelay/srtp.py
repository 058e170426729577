"""SRTP (RFC 3711, RFC 7714) by libsrtp, without the copies.

pylibsrtp's `Session.protect` allocates a length and copies twice for each packet; that is half of its cost
(`python -m benchmarks.relay` prints both). So packets are built in one shared buffer and protected in place through
pylibsrtp's own binding. Only this module touches the binding.
"""

from __future__ import annotations

from struct import Struct
from typing import Any

from pylibsrtp import Error, Policy, Session
from pylibsrtp._binding import ffi, lib

from classroom.media.pyrelay.rtp import FIXED_SIZE, MEASURED_SIZE, is_rtcp
from classroom.media.relay import SrtpKeys

BUFFER_BYTES = 2048
TRAILER_BYTES = 16 + 4 + 128
"""The most that libsrtp adds: tag, SRTCP index, MKI."""
MAX_PACKET_BYTES = BUFFER_BYTES - TRAILER_BYTES
"""Of a packet before SRTP, with any header."""
REPLAY_WINDOW = 1024
"""Packets; retransmissions repaired after 400 ms still fit."""

BUFFER = bytearray(BUFFER_BYTES)
"""The one buffer that packets are built and protected in; synchronous and single-threaded, like the relay."""
C_BUFFER: Any = ffi.from_buffer("char[]", BUFFER, require_writable=True)
PLAIN_AT = MEASURED_SIZE - FIXED_SIZE
"""Outgoing payloads always begin at MEASURED_SIZE: a header without extension begins here, one with it at 0."""
C_PLAIN: Any = C_BUFFER + PLAIN_AT
OUTPUT: Any = ffi.buffer(C_BUFFER, BUFFER_BYTES)
"""The same memory; OUTPUT[0:n] is bytes, by one copy."""
C_LENGTH: Any = ffi.new("int *")
protect: Any = lib.srtp_protect
"""protect(context, C_BUFFER or C_PLAIN, C_LENGTH): 0, or libsrtp's error; C_LENGTH[0] is the length before and after."""
GCM_PROFILES = (Policy.SRTP_PROFILE_AEAD_AES_128_GCM, Policy.SRTP_PROFILE_AEAD_AES_256_GCM)
SSRC_IN_RTP = Struct(">8xI")
SSRC_IN_RTCP = Struct(">4xI")


def ssrc_of(datagram: bytes) -> int | None:
    """Of an SRTP or SRTCP datagram, which need not be authentic; None: it is neither."""
    if len(datagram) < FIXED_SIZE:
        return None
    found = SSRC_IN_RTCP if is_rtcp(datagram) else SSRC_IN_RTP
    ssrc: int = found.unpack_from(datagram)[0]
    return ssrc


class SrtpSession:
    """Both directions of one peer. `context` is for `protect`; it lives as long as this object."""

    __slots__ = ("_inbound", "_inbound_context", "_least_bytes", "_outbound", "context")

    def __init__(self, keys: SrtpKeys) -> None:
        self._inbound = Session(_policy(keys.receive, Policy.SSRC_ANY_INBOUND, keys.profile))
        self._outbound = Session(_policy(keys.send, Policy.SSRC_ANY_OUTBOUND, keys.profile))
        self._inbound_context = self._inbound._srtp[0]
        self.context = self._outbound._srtp[0]
        tag = 16 if keys.profile in GCM_PROFILES else 10
        # An RTP header and a tag is 12 + tag, an RTCP header, index and tag the same.
        self._least_bytes = 12 + tag

    def unprotect(self, datagram: bytes) -> bytes | None:
        """The RTP packet; None if it is not authentic or a replay."""
        return self._open(datagram, lib.srtp_unprotect)

    def unprotect_rtcp(self, datagram: bytes) -> bytes | None:
        """The RTCP compound; None if it is not authentic or a replay."""
        return self._open(datagram, lib.srtp_unprotect_rtcp)

    def _open(self, datagram: bytes, function: Any) -> bytes | None:
        size = len(datagram)
        if not self._least_bytes <= size <= MAX_PACKET_BYTES:
            return None
        BUFFER[:size] = datagram
        C_LENGTH[0] = size
        if function(self._inbound_context, C_BUFFER, C_LENGTH):
            return None
        packet: bytes = OUTPUT[0 : C_LENGTH[0]]
        return packet

    def protect_rtcp(self, compound: bytes) -> bytes | None:
        """None if libsrtp refuses."""
        try:
            protected: bytes = self._outbound.protect_rtcp(compound)
        except (Error, ValueError):
            return None
        return protected

    def forget(self, ssrc: int) -> None:
        """Gives up what is kept about a stream that the peer sent."""
        try:
            self._inbound.remove_stream(ssrc)
        except Error:
            pass  # It sent RTCP only, or nothing authentic.


def _policy(key: bytes, ssrc_type: int, profile: int) -> Policy:
    policy = Policy(key=key, ssrc_type=ssrc_type, srtp_profile=profile)
    policy.window_size = REPLAY_WINDOW
    # Where no RTX was negotiated, a lost packet is repaired by sending the very same one again.
    policy.allow_repeat_tx = True
    return policy
