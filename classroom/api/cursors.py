"""Cursors of lists: where a page ended, opaque to clients. What is not one of ours is refused."""

from __future__ import annotations

import base64
import binascii

from classroom.api.problems import Problem


def encode(position: str) -> str:
    return base64.urlsafe_b64encode(position.encode()).decode().rstrip("=")


def decode(cursor: str | None) -> str:
    """The position; empty for the first page. Raises Problem."""
    if cursor is None:
        return ""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        return base64.b64decode(padded.encode("ascii"), b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise Problem("invalid", "cursor: not one that was given") from None
