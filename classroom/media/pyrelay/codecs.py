"""How one peer's packets become another's: payload types differ, and not everybody takes RED."""

from __future__ import annotations

from collections.abc import Sequence

from classroom.media.model import Codec
from classroom.media.pyrelay import red

AS_IS = -1
PRIMARY = -2
"""Take the present block out of RED. Any number from 0 on: RED with its blocks' payload types replaced by it."""


def payload_type(codecs: Sequence[Codec], name: str) -> int | None:
    """The first payload type of that name."""
    return next((codec.payload_type for codec in codecs if codec.name == name), None)


def repair_payload_type(codecs: Sequence[Codec], repaired: int) -> int | None:
    """The RTX payload type for `repaired` (RFC 4588 section 8.6)."""
    return next(
        (codec.payload_type for codec in codecs if codec.name == "rtx" and codec.apt == repaired), None
    )


def translate(name: str, source: Sequence[Codec], slot: Sequence[Codec]) -> tuple[int, int] | None:
    """(payload type in the slot, change of the payload) for a source's codec; None: the slot cannot carry it."""
    number = payload_type(slot, name)
    if name == "red":
        inner = payload_type(slot, "opus")
        if number is None:
            return None if inner is None else (inner, PRIMARY)
        if inner is not None and inner != payload_type(source, "opus"):
            return number, inner
    return None if number is None else (number, AS_IS)


def apply(change: int, payload: bytes) -> bytes | None:
    """The payload as a slot with that change takes it; None if it is malformed."""
    if change == AS_IS or not payload:
        return payload
    if change == PRIMARY:
        return red.primary(payload)
    return red.renumber(payload, change)
