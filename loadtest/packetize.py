"""Encoded media to RTP payloads and headers: Opus (RFC 7587), VP8 (RFC 7741), header extensions (RFC 8285)."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct, pack

from loadtest.stamp import STAMP_BYTES

RTP_HEADER = Struct("!BBHII")
CHUNK_BYTES = 1100
"""VP8 bytes per packet: with headers, extensions and SRTP tag every datagram stays below 1,200 bytes."""
VP8_DESCRIPTOR = Struct("!BBHBB")

_OPUS_CODE_3 = 0x03
_OPUS_PADDED_SINGLE_FRAME = 0x41  # frame count byte of code 3: padding, constant bit rate, one frame


def opus_with_padding(frame: bytes) -> bytes:
    """An Opus packet of one frame rewritten so that `STAMP_BYTES` bytes of padding may follow it.

    Code 0 becomes code 3 with a padding length (RFC 6716 section 3.2.5). The caller appends the padding
    itself.
    """
    if not frame or frame[0] & 0x03:
        raise ValueError("not an Opus packet of a single frame (code 0)")
    return bytes((frame[0] | _OPUS_CODE_3, _OPUS_PADDED_SINGLE_FRAME, STAMP_BYTES)) + frame[1:]


def red_payload(before: bytes | None, offset: int, frame: bytes, payload_type: int) -> bytes:
    """RFC 2198 with one redundant block, `offset` ticks older, as Chromium sends by default; none before the first frame."""
    if not before or len(before) > 0x3FF or not 0 < offset <= 0x3FFF:
        return bytes((payload_type,)) + frame
    head = bytes((0x80 | payload_type,)) + (offset << 10 | len(before)).to_bytes(3, "big")
    return head + bytes((payload_type,)) + before + frame


def red_frames(payload: bytes) -> list[bytes]:
    """The frames in a RED payload, the present one last; none if it is malformed."""
    lengths = []
    at = 0
    while at + 4 <= len(payload) and payload[at] & 0x80:
        lengths.append(int.from_bytes(payload[at + 2 : at + 4], "big") & 0x3FF)
        at += 4
    at += 1
    frames = []
    for length in lengths:
        frames.append(payload[at : at + length])
        at += length
    return [*frames, payload[at:]] if at <= len(payload) else []


def vp8_chunks(frame: bytes) -> tuple[bytes, ...]:
    """A VP8 frame cut into parts of nearly equal size, so that each has room for a stamp."""
    if not frame:
        raise ValueError("an empty VP8 frame")
    count = -(-len(frame) // (CHUNK_BYTES - STAMP_BYTES))
    size = -(-len(frame) // count)
    return tuple(frame[at : at + size] for at in range(0, len(frame), size))


def vp8_descriptor(first: bool, picture_id: int, tl0_picture_index: int) -> bytes:
    """The payload descriptor as Chromium writes it: 15-bit PictureID, TL0PICIDX, one temporal layer."""
    return VP8_DESCRIPTOR.pack(
        0x90 if first else 0x80,  # X, and S on the first packet of a frame
        0xE0,  # I, L, T
        0x8000 | (picture_id & 0x7FFF),
        tl0_picture_index & 0xFF,
        0x20,  # TID 0, Y (layer sync), KEYIDX unused
    )


def vp8_is_keyframe_start(payload: bytes) -> bool:
    """Whether an RTP payload begins a keyframe.

    Reads any descriptor of RFC 7741 section 4.2; garbage is False.
    """
    at = vp8_payload_offset(payload)
    return (
        at is not None
        and bool(payload[0] & 0x10)  # S
        and payload[0] & 0x0F == 0  # partition 0
        and payload[at] & 0x01 == 0  # P of the frame header: 0 is a keyframe
    )


def vp8_payload_offset(payload: bytes) -> int | None:
    """Where the VP8 data starts behind its descriptor; None if there is none."""
    if not payload:
        return None
    at = 1
    if payload[0] & 0x80:
        if len(payload) < 3:
            return None
        extension = payload[1]
        at = 2
        if extension & 0x80:
            at += 2 if payload[at] & 0x80 else 1
        if extension & 0x40:
            at += 1
        if extension & 0x30:
            at += 1
    return at if at < len(payload) else None


def header_extensions(elements: Mapping[int, bytes]) -> bytes:
    """The one-byte header form (RFC 8285 section 4.2) with profile and length; ids 1…14, values of 1…16
    bytes.

    Elements keep their order, so that callers know where a value lies and can patch it. Empty: b"".
    """
    if not elements:
        return b""
    body = bytearray()
    for identifier, value in elements.items():
        if not (1 <= identifier <= 14 and 1 <= len(value) <= 16):
            raise ValueError(f"extension {identifier} with {len(value)} bytes does not fit the one-byte form")
        body.append(identifier << 4 | len(value) - 1)
        body += value
    body += bytes(-len(body) % 4)
    return pack("!HH", 0xBEDE, len(body) // 4) + bytes(body)


def rtp_payload(packet: bytes) -> bytes:
    """What follows the header of a decrypted RTP packet: CSRCs, extension and padding taken off."""
    at = 12 + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        at += 4 + 4 * int.from_bytes(packet[at + 2 : at + 4], "big")
    end = len(packet) - packet[-1] if packet[0] & 0x20 else len(packet)
    return packet[at:end]
