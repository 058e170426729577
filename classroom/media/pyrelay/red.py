"""Redundant audio data (RFC 2198), as Chromium sends it for Opus: a few old blocks, then the present one."""

from __future__ import annotations

MAX_BLOCKS = 8


def headers(payload: bytes) -> tuple[tuple[int, ...], int, int] | None:
    """(offsets of the block headers, start of the primary block's data, its payload type); None if malformed."""
    offsets: list[int] = []
    at = 0
    redundant = 0
    size = len(payload)
    while at < size and len(offsets) < MAX_BLOCKS:
        offsets.append(at)
        head = payload[at]
        if not head & 0x80:
            start = at + 1 + redundant
            return (tuple(offsets), start, head & 0x7F) if start <= size else None
        if at + 4 > size:
            return None
        redundant += (payload[at + 2] & 0x03) << 8 | payload[at + 3]
        at += 4
    return None


def primary(payload: bytes) -> bytes | None:
    """The present block alone, for those who did not negotiate RED; None if malformed."""
    found = headers(payload)
    return None if found is None else payload[found[1] :]


def renumber(payload: bytes, payload_type: int) -> bytes | None:
    """The same with every block's payload type replaced: each peer numbers Opus in its own way. None if malformed."""
    found = headers(payload)
    if found is None:
        return None
    copy = bytearray(payload)
    for at in found[0]:
        copy[at] = copy[at] & 0x80 | payload_type
    return bytes(copy)
