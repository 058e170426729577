"""RTP headers (RFC 3550 section 5.1) and header extensions (RFC 8285), read in place: offsets into the packet, no objects."""

from __future__ import annotations

import struct
from struct import Struct

FIXED = Struct(">BBHII")
"""First byte (V, P, X, CC), marker and payload type, sequence number, timestamp, SSRC."""
FIXED_SIZE = FIXED.size
MEASURED = Struct(">BBHIIII")
"""The same with a header extension of one 32-bit element: its profile and length (`ONE_WORD`), then the element (RFC 8285)."""
MEASURED_SIZE = MEASURED.size
ONE_WORD = 0xBEDE0001
NUMBERED = Struct(">BBHI9sHx")
"""The same size, for an element of one 16-bit number and padding. All between the timestamp and the number is the same in every
packet of a slot and is given as bytes (`numbered_by`)."""
EXTENSION = Struct(">HH")
ONE_BYTE_PROFILE = 0xBEDE
TWO_BYTE_PROFILE = 0x1000
"""The low four bits are the application's (RFC 8285 section 4.3)."""


def numbered_by(ssrc: int, word: int) -> bytes:
    """The constant part of a `NUMBERED` header; `word`: the element with its id and length, and zeros."""
    return struct.pack(">IIB", ssrc, ONE_WORD, word >> 24)


def is_rtcp(datagram: bytes) -> bool:
    """Tells RTCP from RTP on a shared port (RFC 5761 section 4); `datagram` has at least two bytes."""
    return 64 <= datagram[1] & 0x7F < 96


def parse(packet: bytes) -> tuple[int, int, int, int, int] | None:
    """(payload start, payload end, extension profile, extension start, extension end); None: not a valid RTP packet.

    Without an extension its profile is 0. Padding is cut off; a padding count that is zero or reaches into the header makes the
    packet invalid (RFC 3550 section A.1).
    """
    size = len(packet)
    if size < FIXED_SIZE:
        return None
    first = packet[0]
    if first >> 6 != 2:
        return None
    start = FIXED_SIZE + 4 * (first & 0x0F)
    profile = extension_start = extension_end = 0
    if first & 0x10:
        if start + 4 > size:
            return None
        profile, words = EXTENSION.unpack_from(packet, start)
        extension_start = start + 4
        start = extension_end = extension_start + 4 * words
    if start > size:
        return None
    end = size
    if first & 0x20:
        padding = packet[-1]
        if padding == 0 or padding > size - start:
            return None
        end -= padding
    return start, end, profile, extension_start, extension_end


def find_extension(packet: bytes, profile: int, start: int, end: int, wanted: int) -> tuple[int, int]:
    """(offset, length) of the element with the id `wanted`; (0, 0) if it is absent or the elements are malformed."""
    if profile == ONE_BYTE_PROFILE:
        while start < end:
            head = packet[start]
            if head == 0:  # padding
                start += 1
                continue
            element = head >> 4
            if element == 15:  # RFC 8285 section 4.2: stop here
                break
            length = (head & 0x0F) + 1
            start += 1
            if start + length > end:
                break
            if element == wanted:
                return start, length
            start += length
    elif profile & 0xFFF0 == TWO_BYTE_PROFILE:
        while start + 1 < end:
            element = packet[start]
            if element == 0:
                start += 1
                continue
            length = packet[start + 1]
            start += 2
            if start + length > end:
                break
            if element == wanted:
                return start, length
            start += length
    return 0, 0


def find_text(packet: bytes, profile: int, start: int, end: int, wanted: int) -> str | None:
    """A MID or RID element (RFC 9143 section 15, RFC 8852): ASCII text, None if absent, empty or not ASCII."""
    if not wanted:
        return None
    offset, length = find_extension(packet, profile, start, end, wanted)
    if not length:
        return None
    try:
        return packet[offset : offset + length].decode("ascii")
    except UnicodeDecodeError:
        return None
