"""PNG (W3C Portable Network Graphics, third edition)."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from classroom.images.base import BadImage, Picture, check_size

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_KEPT: Final = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"sRGB", b"IDAT", b"IEND"}
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
"""Colour type → samples of a pixel (section 11.2.1)."""
_DEPTHS: Final = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
_SMALL: Final = 1024
"""No chunk that is kept, but for the pixels, is longer."""
_INFLATE_STEP: Final = 1 << 20


def clean(data: bytes) -> Picture:
    """Raises BadImage. Interlaced images are refused: nothing that draws for the web makes them."""
    kept = [SIGNATURE]
    pixels: list[bytes] = []
    header: tuple[int, int, int] | None = None
    at = len(SIGNATURE)
    while True:
        kind, body, at = _chunk(data, at)
        if (kind == b"IHDR") is not (header is None):
            raise BadImage("image_damaged")  # the header is first, and there is one
        if header is None:
            header = _header(body)
        if kind not in _KEPT:
            continue
        if kind == b"IDAT":
            pixels.append(body)
        elif len(body) > _SMALL:
            raise BadImage("image_damaged")
        kept.append(_written(kind, body))
        if kind == b"IEND":
            break
    width, height, row_bytes = header
    _check_pixels(b"".join(pixels), row_bytes * height)
    return Picture("image/png", width, height, b"".join(kept))


def _chunk(data: bytes, at: int) -> tuple[bytes, bytes, int]:
    """Type and content of the chunk at `at`, and where the next one begins (section 5.3)."""
    if at + 12 > len(data):
        raise BadImage("image_damaged")
    (length,) = struct.unpack_from(">I", data, at)
    end = at + 12 + length
    if end > len(data):
        raise BadImage("image_damaged")
    kind, body = data[at + 4 : at + 8], data[at + 8 : end - 4]
    if struct.unpack_from(">I", data, end - 4)[0] != zlib.crc32(kind + body):
        raise BadImage("image_damaged")
    return kind, body, end


def _written(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _header(body: bytes) -> tuple[int, int, int]:
    """Width, height, and the bytes of a row with its filter type. Raises BadImage."""
    if len(body) != 13:
        raise BadImage("image_damaged")
    width, height, depth, colour, compression, filtering, interlace = struct.unpack(">IIBBBBB", body)
    if depth not in _DEPTHS.get(colour, ()) or compression or filtering or interlace:
        raise BadImage("image_damaged")
    check_size(width, height)  # before anything is inflated to that size
    return width, height, 1 + (width * _CHANNELS[colour] * depth + 7) // 8


def _check_pixels(compressed: bytes, expected: int) -> None:
    """The pixels inflate to just as many bytes as the header promises: no bomb, nothing missing. Raises BadImage."""
    inflater = zlib.decompressobj()
    seen = 0
    try:
        while not inflater.eof:
            piece = inflater.decompress(compressed, _INFLATE_STEP)
            compressed = inflater.unconsumed_tail
            seen += len(piece)
            if seen > expected or (not piece and not inflater.eof):
                break
    except zlib.error:
        raise BadImage("image_damaged") from None
    if not inflater.eof or seen != expected:
        raise BadImage("image_damaged")
