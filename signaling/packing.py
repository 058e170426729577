"""Session descriptions for slow paths: packed (zlib, RFC 1950), 30 kB of them are 3 kB, and fit TCP's first window (RFC 6928)
instead of costing another round trip or two."""

from __future__ import annotations

import zlib
from typing import Final

LEVEL: Final = 6


class NotPacked(ValueError):
    """Not what `pack` makes, or longer than it may be."""


def pack(text: str) -> bytes:
    return zlib.compress(text.encode(), LEVEL)


def unpack(packed: bytes, max_bytes: int) -> str:
    """The text. No more than `max_bytes` of it are ever unpacked. Raises NotPacked."""
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(packed, max_bytes + 1)
        if len(text) <= max_bytes and inflater.eof and not inflater.unused_data:
            return text.decode()
    except (zlib.error, UnicodeDecodeError):
        pass
    raise NotPacked(f"not {max_bytes} bytes of text at most, as zlib packs them")
