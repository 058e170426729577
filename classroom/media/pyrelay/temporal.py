"""A VP8 stream without its upper temporal layers: every second picture, as if no other had ever been encoded.

Frames of the base layer (TID 0, RFC 7741 section 4.2) refer to none of the others, so those can be left out for a subscriber
whose path is narrow. What follows moves up: sequence numbers by the packets left out so far (`above`), picture ids to one for
each TL0PICIDX, which counts the base layer's frames. Both are properties of the stream and the same for all subscribers, so a
slot has nothing to count, and a packet that was left out never had a number there.

What a packet that has not come belongs to cannot be known. It keeps its number; should it turn out to be of an upper layer,
an empty packet fills the place.

Sequence numbers and picture ids are dense numbers and plain counts, not wrapped.
"""

from __future__ import annotations

from classroom.media.pyrelay.cache import CachedPacket, PacketCache
from classroom.media.pyrelay.vp8 import Descriptor


def is_upper(descriptor: Descriptor | None) -> bool:
    """Whether a packet can be left out: above the base layer, whose frames are counted."""
    return (
        descriptor is not None
        and descriptor.temporal_id > 0
        and descriptor.tl0picidx >= 0
        and not descriptor.keyframe_start
    )


class BaseLayer:
    """The numbering of one received stream's base layer."""

    __slots__ = ("_cache", "_dense", "_picture", "_tl0picidx", "above")

    def __init__(self, cache: PacketCache) -> None:
        self._cache = cache
        self.above = 0
        """Packets left out so far."""
        self._dense: list[int] | None = None
        """By the base layer's number, modulo the cache's size: the dense number. None: they are the same."""
        self._picture = 0
        self._tl0picidx = -1

    def add_newest(self, dense: int, descriptor: Descriptor | None) -> tuple[int, bool]:
        """For the newest packet: how many were left out before it, and whether it is, too."""
        above = self.above
        if descriptor is not None:
            if descriptor.tl0picidx >= 0:
                self._picture = self.picture(descriptor.tl0picidx)
                self._tl0picidx = descriptor.tl0picidx
            if is_upper(descriptor):
                if self._dense is None:
                    self._remember_all(dense)
                self.above = above + 1
                return above, True
        if self._dense is not None:
            self._dense[dense - above & self._cache.size - 1] = dense
        return above, False

    def add_late(self, dense: int, newest: int) -> int:
        """The same for one before the `newest`: its number was kept for it, so it is never left out."""
        for later in range(dense + 1, newest + 1):
            packet = self._cache.get(later)
            if packet is not None:
                if self._dense is not None:
                    self._dense[dense - packet.above & self._cache.size - 1] = dense
                return packet.above
        return self.above

    def _remember_all(self, before: int) -> None:
        size = self._cache.size
        self._dense = [0] * size
        for dense in range(before - size, before):
            self._dense[dense & size - 1] = dense

    def dense(self, number: int) -> int:
        """The dense number of the base layer's packet `number`, one of the last that fit the cache; others give nonsense."""
        return number if self._dense is None else self._dense[number & self._cache.size - 1]

    def picture(self, tl0picidx: int) -> int:
        """Counts base frames: of the frame that carries this TL0PICIDX (of late ones and of the next)."""
        if self._tl0picidx < 0:
            return tl0picidx
        distance = tl0picidx - self._tl0picidx & 0xFF
        return self._picture + (distance if distance < 0x80 else distance - 0x100)

    def thinned(self, packet: CachedPacket) -> tuple[bytes, int]:
        """The payload of a packet that was not left out, and what turns its picture id into the count of base frames."""
        descriptor = packet.descriptor
        if descriptor is None or descriptor.tl0picidx < 0:
            return packet.payload, 0
        return (
            b"" if is_upper(descriptor) else packet.payload,
            self.picture(descriptor.tl0picidx) - descriptor.picture_id,
        )
