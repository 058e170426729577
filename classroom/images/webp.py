"""WebP (RFC 9649): still images, lossy with or without alpha, and lossless."""

from __future__ import annotations

import struct
from typing import Final

from classroom.images.base import BadImage, Picture

SIGNATURE: Final = b"RIFF"
_ALPHA: Final = 0x10
_DROPPED: Final = {b"ICCP", b"EXIF", b"XMP "}


def clean(data: bytes) -> Picture:
    """Raises BadImage; "image_type" for a RIFF file of another kind, and for what moves."""
    if len(data) < 12 or data[8:12] != b"WEBP":
        raise BadImage("image_type")
    (size,) = struct.unpack_from("<I", data, 4)
    if size < 4 or size + 8 > len(data):
        raise BadImage("image_damaged")
    chunks = _chunks(data, 12, size + 8)
    if any(kind in (b"ANIM", b"ANMF") for kind, _ in chunks):
        raise BadImage("image_type")
    kept = [(kind, body) for kind, body in chunks if kind not in _DROPPED]
    match [kind for kind, _ in kept]:
        case [b"VP8 "]:
            width, height = _lossy(kept[0][1])
        case [b"VP8L"] | [b"VP8X", b"VP8L"]:
            width, height = _lossless(kept[-1][1])
            kept = kept[-1:]
        case [b"VP8X", b"VP8 "]:
            width, height = _lossy(kept[1][1])
            kept = kept[1:]
        case [b"VP8X", b"ALPH", b"VP8 "]:
            width, height = _lossy(kept[2][1])
            canvas = struct.pack("<BxxxHBHB", _ALPHA, *_three_bytes(width - 1), *_three_bytes(height - 1))
            kept[0] = (b"VP8X", canvas)
        case _:
            raise BadImage("image_damaged")
    body = b"WEBP" + b"".join(_written(kind, content) for kind, content in kept)
    return Picture("image/webp", width, height, b"RIFF" + struct.pack("<I", len(body)) + body)


def _chunks(data: bytes, at: int, end: int) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    while at < end:
        if at + 8 > end or len(found) > 16:
            raise BadImage("image_damaged")
        kind, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        if at + 8 + length > end:
            raise BadImage("image_damaged")
        found.append((kind, data[at + 8 : at + 8 + length]))
        at += 8 + length + length % 2
    return found


def _written(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _three_bytes(value: int) -> tuple[int, int]:
    return value & 0xFFFF, value >> 16 & 0xFF


def _lossy(body: bytes) -> tuple[int, int]:
    """Width and height of a VP8 key frame (RFC 6386 section 9.1)."""
    if len(body) < 10 or body[0] & 1 or body[3:6] != b"\x9d\x01\x2a":
        raise BadImage("image_damaged")
    first_partition = int.from_bytes(body[:3], "little") >> 5
    if first_partition + 10 > len(body):
        raise BadImage("image_damaged")
    width, height = struct.unpack_from("<HH", body, 6)
    return width & 0x3FFF, height & 0x3FFF


def _lossless(body: bytes) -> tuple[int, int]:
    """Width and height of a VP8L image (RFC 9649 section 3.4)."""
    if len(body) < 6 or body[0] != 0x2F or body[4] >> 5:
        raise BadImage("image_damaged")
    bits = int.from_bytes(body[1:5], "little")
    return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
