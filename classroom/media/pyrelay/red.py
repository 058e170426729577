"""Redundant audio data (RFC 2198) around Opus: earlier frames again, oldest first, then the present one.

Taken apart where it arrives, so that a lossy uplink is repaired before anything is relayed, and made anew for each
subscriber whose own path loses packets.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

MAX_BLOCKS = 8
MAX_BLOCK_BYTES = 0x3FF
MAX_OFFSET = 0x3FFF
"""Lengths have 10 bits and timestamp offsets 14 (RFC 2198 section 3)."""


class Block(NamedTuple):
    offset: int
    """In the stream's clock, before the packet's own timestamp."""
    payload_type: int
    payload: bytes


class Unwrapped(NamedTuple):
    redundant: tuple[Block, ...]
    """Oldest first."""
    payload_type: int
    payload: bytes
    """The present frame."""


def unwrap(payload: bytes) -> Unwrapped | None:
    """None if malformed, or of more than MAX_BLOCKS."""
    heads: list[tuple[int, int, int]] = []
    at = 0
    size = len(payload)
    while at < size and len(heads) < MAX_BLOCKS:
        head = payload[at]
        if not head & 0x80:
            at += 1
            blocks: list[Block] = []
            for payload_type, offset, length in heads:
                blocks.append(Block(offset, payload_type, payload[at : at + length]))
                at += length
            return Unwrapped(tuple(blocks), head & 0x7F, payload[at:]) if at <= size else None
        if at + 4 > size:
            return None
        bits = int.from_bytes(payload[at + 1 : at + 4], "big")
        heads.append((head & 0x7F, bits >> 10, bits & MAX_BLOCK_BYTES))
        at += 4
    return None


def wrap(redundant: Sequence[tuple[int, bytes]], payload: bytes, payload_type: int) -> bytes:
    """`redundant`: (offset, frame), oldest first; all of one payload type. Raises ValueError for what RED cannot say."""
    parts: list[bytes] = []
    for offset, frame in redundant:
        if not 0 <= offset <= MAX_OFFSET or len(frame) > MAX_BLOCK_BYTES:
            raise ValueError("RED cannot say this offset or length")
        parts.append(bytes([0x80 | payload_type]) + (offset << 10 | len(frame)).to_bytes(3, "big"))
    parts.append(bytes([payload_type]))
    parts.extend(frame for _, frame in redundant)
    parts.append(payload)
    return b"".join(parts)
