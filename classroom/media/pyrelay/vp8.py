"""The VP8 payload descriptor (RFC 7741 section 4.2), read in place."""

from __future__ import annotations

import msgspec


class Descriptor(msgspec.Struct, frozen=True, gc=False):
    """Fields that are absent are -1, and so are their offsets (`…_at`, from the start of the payload). Cached with its packet:
    see `CachedPacket`."""

    keyframe_start: bool
    """The packet opens a key frame: S set, partition 0, and P of the payload header clear (section 4.3)."""
    picture_id: int
    picture_id_at: int
    picture_id_wide: bool
    """15 bits instead of 7."""
    tl0picidx: int
    tl0picidx_at: int
    temporal_id: int
    keyidx: int
    keyidx_at: int
    """Of the byte it shares with TID and Y."""
    frame_start: bool = False
    """The packet opens a frame: S set, partition 0."""
    layer_sync: bool = False
    """The frame refers to the base layer only (Y): here an upper temporal layer may set in."""


def parse(payload: bytes) -> Descriptor | None:
    """None if the payload is too short for the descriptor that it announces, or has nothing after it."""
    size = len(payload)
    if size < 2:
        return None
    first = payload[0]
    at = 1
    picture_id = picture_id_at = tl0picidx = tl0picidx_at = temporal_id = keyidx = keyidx_at = -1
    wide = layer_sync = False
    if first & 0x80:
        flags = payload[at]
        at += 1
        if flags & 0x80:
            if at >= size:
                return None
            picture_id_at = at
            picture_id = payload[at]
            at += 1
            if picture_id & 0x80:
                if at >= size:
                    return None
                wide = True
                picture_id = (picture_id & 0x7F) << 8 | payload[at]
                at += 1
        if flags & 0x40:
            if at >= size:
                return None
            tl0picidx_at = at
            tl0picidx = payload[at]
            at += 1
        if flags & 0x30:
            if at >= size:
                return None
            if flags & 0x20:
                temporal_id = payload[at] >> 6
                layer_sync = bool(payload[at] & 0x20)
            if flags & 0x10:
                keyidx_at = at
                keyidx = payload[at] & 0x1F
            at += 1
    if at >= size:
        return None
    frame_start = first & 0x17 == 0x10
    keyframe_start = frame_start and not payload[at] & 0x01
    return Descriptor(
        keyframe_start,
        picture_id,
        picture_id_at,
        wide,
        tl0picidx,
        tl0picidx_at,
        temporal_id,
        keyidx,
        keyidx_at,
        frame_start,
        layer_sync,
    )


def rewrite(
    packet: bytearray, at: int, descriptor: Descriptor, picture_id: int, tl0picidx: int, keyidx: int
) -> None:
    """Adds offsets to the fields of a descriptor that starts at `at`, keeping their widths (all wrap around)."""
    where = descriptor.picture_id_at
    if where >= 0:
        value = descriptor.picture_id + picture_id
        where += at
        if descriptor.picture_id_wide:
            packet[where] = 0x80 | value >> 8 & 0x7F
            packet[where + 1] = value & 0xFF
        else:
            packet[where] = value & 0x7F
    where = descriptor.tl0picidx_at
    if where >= 0:
        packet[at + where] = descriptor.tl0picidx + tl0picidx & 0xFF
    where = descriptor.keyidx_at
    if where >= 0:
        where += at
        packet[where] = packet[where] & 0xE0 | descriptor.keyidx + keyidx & 0x1F
