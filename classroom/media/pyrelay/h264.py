"""What the packet path has to know of an H.264 payload (RFC 6184): where a key frame begins. Nothing in it is rewritten.

Packetization mode 1 (section 6.3): single NAL units, STAP-A and FU-A.
"""

from __future__ import annotations

from typing import Final

from classroom.media.pyrelay.vp8 import Descriptor

SPS: Final = 7
"""Sequence parameter set (table 7-1 of H.264). Key frames in WebRTC open with one: RFC 7742 section 6.2 has parameter sets
travel in band. An IDR picture (5) alone is no place to begin: without the set before it a newcomer decodes nothing."""
STAP_A: Final = 24
FU_A: Final = 28
TYPE: Final = 0x1F
FIRST_FRAGMENT: Final = 0x80

_MIDDLE: Final = Descriptor(False, -1, -1, False, -1, -1, -1, -1, -1)
_KEYFRAME_START: Final = Descriptor(True, -1, -1, False, -1, -1, -1, -1, -1)


def parse(payload: bytes) -> Descriptor | None:
    """None if nobody could decode it: too short for what it announces, or of a type that mode 1 does not have."""
    if not payload:
        return None
    kind = payload[0] & TYPE
    if 1 <= kind < STAP_A:
        return _KEYFRAME_START if kind == SPS else _MIDDLE
    if kind == STAP_A:
        return _aggregate(payload)
    if kind == FU_A and len(payload) > 2:
        begins = payload[1] & FIRST_FRAGMENT and payload[1] & TYPE == SPS
        return _KEYFRAME_START if begins else _MIDDLE
    return None


def _aggregate(payload: bytes) -> Descriptor | None:
    """NAL units one after the other, each behind its size (16 bits; section 5.7.1)."""
    found = None
    at, end = 1, len(payload)
    while at + 2 < end:
        size = payload[at] << 8 | payload[at + 1]
        if not size or at + 2 + size > end:
            return None
        if payload[at + 2] & TYPE == SPS:
            found = _KEYFRAME_START
        found = found or _MIDDLE
        at += 2 + size
    return found if at == end else None
