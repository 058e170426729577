"""How one peer's packets become another's: payload types differ, and not everybody takes RED."""

from __future__ import annotations

from collections.abc import Sequence

from classroom.media.model import Codec

AS_IS = -1
"""The payload is forwarded as it came. Any number from 0 on: in RED (see `redundant`)."""
BASE_LAYER = -2
"""As it came, but upper temporal layers are left out (see `temporal`)."""


def payload_type(codecs: Sequence[Codec], name: str) -> int | None:
    """The first payload type of that name."""
    return next((codec.payload_type for codec in codecs if codec.name == name), None)


def repair_payload_type(codecs: Sequence[Codec], repaired: int) -> int | None:
    """The RTX payload type for `repaired` (RFC 4588 section 8.6)."""
    return next(
        (codec.payload_type for codec in codecs if codec.name == "rtx" and codec.apt == repaired), None
    )


def translate(name: str, slot: Sequence[Codec], distance: int = 0) -> tuple[int, int] | None:
    """(payload type in the slot, change of the payload) for a codec; None: the slot cannot carry it.

    `distance`: how many earlier frames are to be repeated, if it is Opus and the slot takes RED.
    """
    number = payload_type(slot, name)
    if number is None:
        return None
    if distance and name == "opus":
        red = payload_type(slot, "red")
        if red is not None:
            return red, redundant(distance, number)
    return number, AS_IS


def redundant(distance: int, inner: int) -> int:
    """The change into RED: `distance` frames before the present one, all of payload type `inner`."""
    return distance << 8 | inner
