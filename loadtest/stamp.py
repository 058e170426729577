"""When and by whom a packet was sent, written behind its media where decoders do not look.

A relay rewrites SSRC, sequence number and timestamp, so a subscriber cannot tell from the header which
packet of which publisher it holds. The stamp is part of the payload and survives: it gives the latency
exactly (publisher and subscriber share the clock of one machine), proves who is heard and seen, and shows
whether the relay left a packet out in silence (the publisher's own count jumps while the slot's does not).

In Opus the stamp is padding, which decoders skip (RFC 6716 section 3.2.5). In VP8 it follows the last
partition of a frame, which a decoder never reads to (RFC 6386 section 9.5), so only the packet that ends a
frame carries it.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

_STAMP = Struct("!4sHBBIQ")
_MAGIC = b"LTs1"
STAMP_BYTES = _STAMP.size
"""20."""

KEYFRAME = 1
"""Flag: the packet ends a keyframe."""


class Stamp(NamedTuple):
    publisher: int
    """The participant's number in this run, 0…65535."""
    stream: int
    """Index in `STREAMS`."""
    flags: int
    sequence: int
    """The publisher's own count of packets sent on this stream, modulo 2**32."""
    sent_ns: int
    """`time.time_ns()` just before the packet was protected and sent."""


STREAMS = ("microphone", "l", "m", "h")


def pack_stamp(publisher: int, stream: int, flags: int, sequence: int, sent_ns: int) -> bytes:
    return _STAMP.pack(_MAGIC, publisher, stream, flags, sequence & 0xFFFFFFFF, sent_ns)


def read_stamp(payload: bytes) -> Stamp | None:
    """The stamp at the end of a payload; None if there is none (a browser's packet, or not the end of a
    frame).
    """
    if len(payload) < STAMP_BYTES:
        return None
    magic, *fields = _STAMP.unpack_from(payload, len(payload) - STAMP_BYTES)
    return Stamp(*fields) if magic == _MAGIC else None
