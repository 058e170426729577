"""JPEG (ITU-T T.81), in the Huffman-coded forms that browsers draw: baseline, extended and progressive."""

from __future__ import annotations

import struct
from typing import Final

from classroom.images.base import BadImage, Picture

SIGNATURE: Final = b"\xff\xd8\xff"
_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_TABLES: Final = {0xDB, 0xC4, 0xDD}
"""Quantisation and Huffman tables, restart interval (table B.1)."""
_FRAMES: Final = {0xC0, 0xC1, 0xC2}
_ADOBE: Final = 0xEE
"""Says how colours are coded (APP14); all other application segments go: EXIF, XMP, profiles, thumbnails."""
_SKIPPED: Final = {*range(0xE0, 0xF0), 0xFE} - {_ADOBE}
_MAX_SCANS: Final = 100
"""Progressive images have about ten; each costs whoever draws it the whole picture."""


def clean(data: bytes) -> Picture:
    """Raises BadImage."""
    kept = [b"\xff\xd8"]
    size: tuple[int, int] | None = None
    scans = 0
    at = 2
    while True:
        marker, at = _marker(data, at)
        if marker == _EOI:
            break
        body, end = _segment(data, at)
        at = end
        if marker in _SKIPPED or (marker == _ADOBE and (len(body) != 12 or not body.startswith(b"Adobe"))):
            continue
        if marker in _FRAMES:
            if size is not None:
                raise BadImage("image_damaged")
            size = _frame(body)
        elif marker == _SOS:
            scans += 1
            if size is None or scans > _MAX_SCANS:
                raise BadImage("image_damaged")
            at = _end_of_scan(data, end)
        elif marker not in _TABLES and marker != _ADOBE:
            raise BadImage("image_type")  # arithmetic, lossless, hierarchical: nobody draws them
        kept.append(bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body + data[end:at])
    if size is None or not scans:
        raise BadImage("image_damaged")
    kept.append(b"\xff\xd9")
    return Picture("image/jpeg", *size, b"".join(kept))


def _marker(data: bytes, at: int) -> tuple[int, int]:
    """The marker at `at`, after any fill bytes, and where what follows it begins (section B.1.1.2)."""
    if at >= len(data) or data[at] != 0xFF:
        raise BadImage("image_damaged")
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at >= len(data):
        raise BadImage("image_damaged")
    return data[at], at + 1


def _segment(data: bytes, at: int) -> tuple[bytes, int]:
    if at + 2 > len(data):
        raise BadImage("image_damaged")
    (length,) = struct.unpack_from(">H", data, at)
    if length < 2 or at + length > len(data):
        raise BadImage("image_damaged")
    return data[at + 2 : at + length], at + length


def _frame(body: bytes) -> tuple[int, int]:
    """Width and height of a frame header (section B.2.2)."""
    if len(body) < 6:
        raise BadImage("image_damaged")
    precision, height, width, components = struct.unpack_from(">BHHB", body)
    if precision != 8 or components not in (1, 3, 4) or len(body) != 6 + 3 * components:
        raise BadImage("image_damaged")
    return width, height


def _end_of_scan(data: bytes, at: int) -> int:
    """Where the entropy-coded data that begin at `at` end: at a marker that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise BadImage("image_damaged")
        following = data[at + 1]
        if following != 0x00 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2
