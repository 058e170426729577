"""RTCP (RFC 3550 section 6, RFC 4585, RFC 5104, draft-alvestrand-rmcat-remb): what the relay reads and writes of it.

Compound packets come from peers and may be anything: reading never raises and stops at the first thing that does not fit.
"""

from __future__ import annotations

from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

HEADER = Struct(">BBH")
SENDER_INFO = Struct(">IQIII")
BLOCK = Struct(">IIIIII")
FEEDBACK = Struct(">II")
LOST_PACKETS = Struct(">HH")

SR, RR, BYE, RTPFB, PSFB = 200, 201, 203, 205, 206
NACK_FORMAT, TRANSPORT_CC_FORMAT = 1, 15
PLI_FORMAT, FIR_FORMAT, AFB_FORMAT = 1, 4, 15

LONE_FEEDBACK, PADDED_FEEDBACK = 0x80 | TRANSPORT_CC_FORMAT, 0xA0 | TRANSPORT_CC_FORMAT
MAX_PARTS = 64
"""Packets read of one compound."""
MAX_NACKS = 2048
"""Sequence numbers read of one compound."""
MAX_BLOCKS = 31


class SenderReport(NamedTuple):
    ssrc: int
    ntp: int
    """64 bits, seconds with 32 binary places."""
    rtp_ts: int


class ReportBlock(NamedTuple):
    ssrc: int
    """Of the stream reported on."""
    fraction_lost: int
    """In 1/256."""
    cumulative_lost: int
    """Since the start; negative with duplicates."""
    highest: int
    """Extended: the cycles, then the sequence number."""
    jitter: int
    """In units of the stream's clock."""
    last_sr: int
    """Middle 32 bits of the NTP time of the last sender report."""
    delay_since_last_sr: int
    """In 1/65536 seconds."""


class Nack(NamedTuple):
    media_ssrc: int
    sequences: tuple[int, ...]


class KeyframeRequest(NamedTuple):
    """PLI, or one entry of a FIR."""

    media_ssrc: int


class TransportFeedback(NamedTuple):
    """Transport-wide feedback, still packed (classroom.media.bandwidth.feedback reads it)."""

    fci: bytes


class Estimate(NamedTuple):
    """REMB: what its sender believes it can receive. Any number up to 2^81."""

    bitrate_bps: int


Part = TransportFeedback | Estimate | SenderReport | ReportBlock | Nack | KeyframeRequest


def parse(packet: bytes) -> tuple[list[Part], bool]:
    """What a compound says, and whether it was well-formed to its end."""
    size = len(packet)
    parts: list[Part] = []
    at = 0
    nacks_left = MAX_NACKS
    for _ in range(MAX_PARTS):
        if at == size:
            return parts, True
        if at + 4 > size:
            return parts, False
        first, kind, words = HEADER.unpack_from(packet, at)
        end = at + 4 + 4 * words
        if first >> 6 != 2 or end > size:
            return parts, False
        body_end = end
        if first & 0x20:
            padding = packet[end - 1]
            if padding == 0 or padding > end - at - 4:
                return parts, False
            body_end -= padding
        count = first & 0x1F
        body = at + 4
        if kind == SR:
            if body + SENDER_INFO.size > body_end:
                return parts, False
            ssrc, ntp, rtp_ts, _, _ = SENDER_INFO.unpack_from(packet, body)
            parts.append(SenderReport(ssrc, ntp, rtp_ts))
            _read_blocks(packet, body + SENDER_INFO.size, body_end, count, parts)
        elif kind == RR:
            _read_blocks(packet, body + 4, body_end, count, parts)
        elif kind == RTPFB and count == NACK_FORMAT:
            if body + FEEDBACK.size > body_end:
                return parts, False
            sequences = _read_nack(packet, body + FEEDBACK.size, body_end, nacks_left)
            nacks_left -= len(sequences)
            parts.append(Nack(FEEDBACK.unpack_from(packet, body)[1], sequences))
        elif kind == RTPFB and count == TRANSPORT_CC_FORMAT:
            if body + FEEDBACK.size > body_end:
                return parts, False
            parts.append(TransportFeedback(packet[body + FEEDBACK.size : body_end]))
        elif kind == PSFB and count == AFB_FORMAT:
            if packet[body + 8 : body + 12] == b"REMB" and body + 16 <= body_end:
                value = int.from_bytes(packet[body + 13 : body + 16], "big")
                parts.append(Estimate((value & 0x3FFFF) << (value >> 18)))
        elif kind == PSFB and count == PLI_FORMAT:
            if body + FEEDBACK.size > body_end:
                return parts, False
            parts.append(KeyframeRequest(FEEDBACK.unpack_from(packet, body)[1]))
        elif kind == PSFB and count == FIR_FORMAT:
            # RFC 5104 section 4.3.1: the media SSRC is 0, each entry names its own.
            entries = range(body + FEEDBACK.size, body_end - 7, 8)
            parts.extend(
                KeyframeRequest(FEEDBACK.unpack_from(packet, entry)[0]) for entry in entries[:MAX_BLOCKS]
            )
        at = end
    return parts, at == size


def lone_feedback(packet: bytes) -> bytes | None:
    """What a transport-wide feedback says that comes alone, as browsers send it ten times a second; None: it is something else,
    or more, or not well-formed."""
    size = len(packet)
    if size < 12 or packet[1] != RTPFB or 4 + 4 * (packet[2] << 8 | packet[3]) != size:
        return None
    first = packet[0]
    if first == LONE_FEEDBACK:
        return packet[12:]
    if first != PADDED_FEEDBACK:
        return None
    padding = packet[-1]
    return packet[12 : size - padding] if 0 < padding <= size - 12 else None


def _read_blocks(packet: bytes, at: int, end: int, count: int, parts: list[Part]) -> None:
    for _ in range(count):
        if at + BLOCK.size > end:
            return
        ssrc, lost, highest, jitter, last_sr, delay = BLOCK.unpack_from(packet, at)
        cumulative = (lost & 0xFFFFFF ^ 0x800000) - 0x800000  # 24 bits, signed
        parts.append(ReportBlock(ssrc, lost >> 24, cumulative, highest, jitter, last_sr, delay))
        at += BLOCK.size


def _read_nack(packet: bytes, at: int, end: int, limit: int) -> tuple[int, ...]:
    sequences: list[int] = []
    while at + 4 <= end and len(sequences) < limit:
        first, following = LOST_PACKETS.unpack_from(packet, at)
        sequences.append(first)
        offset = 1
        while following:
            if following & 1:
                sequences.append(first + offset & 0xFFFF)
            following >>= 1
            offset += 1
        at += 4
    return tuple(sequences[:limit])


def sender_report(ssrc: int, ntp: int, rtp_ts: int, packets: int, octets: int) -> bytes:
    """Without report blocks; counts wrap at 32 bits."""
    return HEADER.pack(0x80, SR, 6) + SENDER_INFO.pack(
        ssrc, ntp, rtp_ts & 0xFFFFFFFF, packets & 0xFFFFFFFF, octets & 0xFFFFFFFF
    )


def report_block(
    ssrc: int, fraction_lost: int, cumulative_lost: int, highest: int, jitter: int, last_sr: int, delay: int
) -> bytes:
    """One block of a receiver report; `cumulative_lost` is signed."""
    lost = fraction_lost << 24 | cumulative_lost & 0xFFFFFF
    return BLOCK.pack(ssrc, lost, highest & 0xFFFFFFFF, jitter & 0xFFFFFFFF, last_sr, delay)


def receiver_report(sender_ssrc: int, blocks: Sequence[bytes]) -> bytes:
    """At most MAX_BLOCKS blocks, as `report_block` makes them."""
    return (
        HEADER.pack(0x80 | len(blocks), RR, 1 + 6 * len(blocks))
        + sender_ssrc.to_bytes(4, "big")
        + b"".join(blocks)
    )


def picture_loss(sender_ssrc: int, media_ssrc: int) -> bytes:
    return HEADER.pack(0x80 | PLI_FORMAT, PSFB, 2) + FEEDBACK.pack(sender_ssrc, media_ssrc)


def nack(sender_ssrc: int, media_ssrc: int, sequences: Sequence[int]) -> bytes:
    """`sequences` are 16-bit numbers in the order they were sent."""
    fields: list[bytes] = []
    first = bits = -1
    for sequence in sequences:
        offset = sequence - first - 1 & 0xFFFF
        if first >= 0 and offset < 16:
            bits |= 1 << offset
            continue
        if first >= 0:
            fields.append(LOST_PACKETS.pack(first, bits))
        first, bits = sequence, 0
    if first >= 0:
        fields.append(LOST_PACKETS.pack(first, bits))
    return (
        HEADER.pack(0x80 | NACK_FORMAT, RTPFB, 2 + len(fields))
        + FEEDBACK.pack(sender_ssrc, media_ssrc)
        + b"".join(fields)
    )


def receiver_estimate(sender_ssrc: int, bitrate_bps: int, media_ssrcs: Sequence[int]) -> bytes:
    """REMB: the bitrate is 18 bits of mantissa and 6 of exponent."""
    exponent = max(0, bitrate_bps.bit_length() - 18)
    mantissa = bitrate_bps >> exponent
    return (
        HEADER.pack(0x80 | AFB_FORMAT, PSFB, 4 + len(media_ssrcs))
        + FEEDBACK.pack(sender_ssrc, 0)
        + b"REMB"
        + (len(media_ssrcs) << 24 | exponent << 18 | mantissa).to_bytes(4, "big")
        + b"".join(ssrc.to_bytes(4, "big") for ssrc in media_ssrcs)
    )
