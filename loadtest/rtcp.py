"""The RTCP that a synthetic participant writes and reads (RFC 3550, RFC 4585, transport-wide feedback)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from struct import error as StructError
from struct import pack, unpack_from

SR, RR, SDES, RTPFB, PSFB = 200, 201, 202, 205, 206
NACK, TRANSPORT_CC = 1, 15
PLI, FIR = 1, 4
NTP_UNIX_OFFSET_S = 2_208_988_800
_REPORTS_MAX = 31


@dataclass(frozen=True, slots=True)
class ReceptionBlock:
    """One report block (RFC 3550 section 6.4.1). Jitter is not measured here and told as 0."""

    ssrc: int
    fraction_lost: int
    cumulative_lost: int
    highest_sequence: int
    last_sr: int
    delay_since_last_sr: int


@dataclass(frozen=True, slots=True)
class NackRequest:
    ssrc: int
    sequences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KeyframeRequest:
    ssrc: int


@dataclass(frozen=True, slots=True)
class SenderInfo:
    """From a sender report: who sent it, and the middle 32 bits of its NTP time."""

    ssrc: int
    ntp_middle: int


@dataclass(frozen=True, slots=True)
class TransportFeedback:
    """Which transport-wide numbers from `first` on arrived."""

    first: int
    arrived: tuple[bool, ...]


Feedback = ReceptionBlock | NackRequest | KeyframeRequest | SenderInfo | TransportFeedback


def ntp_time(unix_ns: int) -> int:
    """64-bit NTP timestamp of a Unix time in nanoseconds."""
    seconds, fraction = divmod(unix_ns, 1_000_000_000)
    return (seconds + NTP_UNIX_OFFSET_S) << 32 | (fraction << 32) // 1_000_000_000


def _packet(kind: int, count: int, body: bytes) -> bytes:
    return pack("!BBH", 0x80 | count, kind, len(body) // 4) + body


def _block(block: ReceptionBlock) -> bytes:
    lost = max(-0x800000, min(0x7FFFFF, block.cumulative_lost)) & 0xFFFFFF
    return pack(
        "!IIIIII",
        block.ssrc,
        block.fraction_lost << 24 | lost,
        block.highest_sequence & 0xFFFFFFFF,
        0,
        block.last_sr,
        block.delay_since_last_sr,
    )


def sender_report(ssrc: int, now_unix_ns: int, rtp_ts: int, packets: int, payload_bytes: int) -> bytes:
    counters = (packets & 0xFFFFFFFF, payload_bytes & 0xFFFFFFFF)
    return _packet(SR, 0, pack("!IQIII", ssrc, ntp_time(now_unix_ns), rtp_ts, *counters))


def receiver_report(ssrc: int, blocks: Sequence[ReceptionBlock]) -> bytes:
    """One report, or several where there are more than 31 blocks."""
    pieces = [blocks[at : at + _REPORTS_MAX] for at in range(0, len(blocks), _REPORTS_MAX)] or [()]
    return b"".join(
        _packet(RR, len(piece), pack("!I", ssrc) + b"".join(map(_block, piece))) for piece in pieces
    )


def cname(ssrc: int, name: str) -> bytes:
    """A source description with its CNAME, which every compound packet needs."""
    text = name.encode()[:255]
    item = pack("!IBB", ssrc, 1, len(text)) + text + b"\0"
    return _packet(SDES, 1, item + bytes(-len(item) % 4))


def nack(sender_ssrc: int, media_ssrc: int, sequences: Iterable[int]) -> bytes:
    """A generic NACK (RFC 4585 section 6.2.1) for ascending sequence numbers."""
    entries: list[list[int]] = []
    for sequence in sequences:
        distance = (sequence - entries[-1][0]) & 0xFFFF if entries else 0
        if 1 <= distance <= 16:
            entries[-1][1] |= 1 << (distance - 1)
        else:
            entries.append([sequence & 0xFFFF, 0])
    body = pack("!II", sender_ssrc, media_ssrc) + b"".join(pack("!HH", *entry) for entry in entries)
    return _packet(RTPFB, NACK, body)


def picture_loss(sender_ssrc: int, media_ssrc: int) -> bytes:
    return _packet(PSFB, PLI, pack("!II", sender_ssrc, media_ssrc))


def read_feedback(compound: bytes) -> Iterator[Feedback]:
    """What a decrypted compound packet tells; what is unknown or cut short is passed over."""
    at = 0
    while at + 8 <= len(compound):
        first, kind, words = unpack_from("!BBH", compound, at)
        body = compound[at + 4 : at + 4 + 4 * words]
        at += 4 + 4 * words
        try:
            yield from _read(kind, first & 0x1F, body)
        except StructError:
            continue


def _read(kind: int, count: int, body: bytes) -> Iterator[Feedback]:
    if kind == SR:
        yield SenderInfo(*unpack_from("!I2xI", body))
        yield from _read_blocks(body, 24, count)
    elif kind == RR:
        yield from _read_blocks(body, 4, count)
    elif kind == RTPFB and count == NACK:
        (ssrc,) = unpack_from("!I", body, 4)
        yield NackRequest(ssrc, tuple(_read_nack(body)))
    elif kind == RTPFB and count == TRANSPORT_CC:
        yield _read_transport_feedback(body)
    elif kind == PSFB and count == PLI:
        yield KeyframeRequest(unpack_from("!I", body, 4)[0])
    elif kind == PSFB and count == FIR:
        for entry in range(8, len(body) - 7, 8):
            yield KeyframeRequest(unpack_from("!I", body, entry)[0])


def _read_blocks(body: bytes, offset: int, count: int) -> Iterator[ReceptionBlock]:
    for index in range(count):
        ssrc, lost, highest, _, last_sr, delay = unpack_from("!IIIIII", body, offset + 24 * index)
        cumulative = lost & 0xFFFFFF
        yield ReceptionBlock(
            ssrc=ssrc,
            fraction_lost=lost >> 24,
            cumulative_lost=cumulative - (1 << 24 if cumulative & 0x800000 else 0),
            highest_sequence=highest,
            last_sr=last_sr,
            delay_since_last_sr=delay,
        )


def _read_nack(body: bytes) -> Iterator[int]:
    for at in range(8, len(body) - 3, 4):
        first, mask = unpack_from("!HH", body, at)
        yield first
        for bit in range(16):
            if mask >> bit & 1:
                yield (first + bit + 1) & 0xFFFF


def _read_transport_feedback(body: bytes) -> TransportFeedback:
    """draft-holmer-rmcat-transport-wide-cc-extensions-01 section 3.1: only the statuses, not the times."""
    first, count = unpack_from("!HH", body, 8)
    arrived: list[bool] = []
    at = 16
    while len(arrived) < count:
        (chunk,) = unpack_from("!H", body, at)
        at += 2
        if not chunk & 0x8000:  # run length
            arrived += [chunk >> 13 & 0x3 in (1, 2)] * min(chunk & 0x1FFF, count - len(arrived))
        elif chunk & 0x4000:  # seven symbols of two bits
            arrived += [chunk >> shift & 0x3 in (1, 2) for shift in range(12, -2, -2)]
        else:  # fourteen symbols of one bit
            arrived += [bool(chunk >> shift & 1) for shift in range(13, -1, -1)]
    return TransportFeedback(first, tuple(arrived[:count]))
