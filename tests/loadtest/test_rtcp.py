"""RTCP: what we write, aiortc reads; what aiortc writes, we read."""

from __future__ import annotations

import struct

from aiortc.rtp import (
    RTCP_PSFB_PLI,
    RtcpPacket,
    RtcpPsfbPacket,
    RtcpReceiverInfo,
    RtcpRrPacket,
    RtcpRtpfbPacket,
    RtcpSdesPacket,
    RtcpSenderInfo,
    RtcpSrPacket,
)
from hypothesis import given
from hypothesis import strategies as st

from loadtest import rtcp


def block(ssrc: int) -> rtcp.ReceptionBlock:
    return rtcp.ReceptionBlock(
        ssrc=ssrc,
        fraction_lost=3,
        cumulative_lost=-2,
        highest_sequence=70_000,
        last_sr=11,
        delay_since_last_sr=12,
    )


def test_aiortc_reads_our_compound_packet() -> None:
    compound = (
        rtcp.sender_report(1, 1_700_000_000_500_000_000, 99, 5, 600)
        + rtcp.receiver_report(1, [block(7), block(8)])
        + rtcp.cname(1, "someone")
    )
    sender, receiver, description = RtcpPacket.parse(compound)
    assert isinstance(sender, RtcpSrPacket)
    assert sender.sender_info == RtcpSenderInfo(
        ntp_timestamp=(1_700_000_000 + 2_208_988_800 << 32) | 1 << 31,
        rtp_timestamp=99,
        packet_count=5,
        octet_count=600,
    )
    assert isinstance(receiver, RtcpRrPacket)
    assert receiver.reports[1] == RtcpReceiverInfo(
        ssrc=8, fraction_lost=3, packets_lost=-2, highest_sequence=70_000, jitter=0, lsr=11, dlsr=12
    )
    assert isinstance(description, RtcpSdesPacket)
    assert description.chunks[0].items == [(1, b"someone")]


def test_many_report_blocks_take_several_reports() -> None:
    packets = RtcpPacket.parse(rtcp.receiver_report(1, [block(ssrc) for ssrc in range(40)]))
    assert [len(packet.reports) for packet in packets if isinstance(packet, RtcpRrPacket)] == [31, 9]


@given(st.sets(st.integers(0, 65535), min_size=1, max_size=60))
def test_aiortc_and_we_read_our_nacks(lost: set[int]) -> None:
    wanted = sorted(lost)
    packet = rtcp.nack(1, 2, wanted)
    (parsed,) = RtcpPacket.parse(packet)
    assert isinstance(parsed, RtcpRtpfbPacket)
    assert sorted(parsed.lost) == wanted
    assert list(rtcp.read_feedback(packet)) == [rtcp.NackRequest(2, tuple(wanted))]


def test_a_nack_may_cross_the_wrap() -> None:
    (request,) = rtcp.read_feedback(rtcp.nack(1, 2, [65534, 65535, 0, 3]))
    assert request == rtcp.NackRequest(2, (65534, 65535, 0, 3))


def test_aiortc_reads_our_picture_loss_indication() -> None:
    (parsed,) = RtcpPacket.parse(rtcp.picture_loss(1, 2))
    assert parsed == RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=1, media_ssrc=2)


def test_we_read_what_a_server_says() -> None:
    info = RtcpSenderInfo(ntp_timestamp=0x1111222233334444, rtp_timestamp=0, packet_count=0, octet_count=0)
    report = RtcpReceiverInfo(
        ssrc=7, fraction_lost=1, packets_lost=-5, highest_sequence=9, jitter=0, lsr=2, dlsr=3
    )
    fir = RtcpPsfbPacket(fmt=4, ssrc=1, media_ssrc=0, fci=struct.pack("!II", 77, 0))
    compound = (
        bytes(RtcpSrPacket(ssrc=5, sender_info=info, reports=[report]))
        + bytes(RtcpPsfbPacket(fmt=1, ssrc=1, media_ssrc=66))
        + bytes(fir)
    )
    assert list(rtcp.read_feedback(compound)) == [
        rtcp.SenderInfo(5, 0x22223333),
        rtcp.ReceptionBlock(
            ssrc=7,
            fraction_lost=1,
            cumulative_lost=-5,
            highest_sequence=9,
            last_sr=2,
            delay_since_last_sr=3,
        ),
        rtcp.KeyframeRequest(66),
        rtcp.KeyframeRequest(77),
    ]


def transport_feedback(first: int, count: int, chunks: list[int]) -> bytes:
    body = struct.pack("!IIHHI", 1, 2, first, count, 0) + b"".join(
        struct.pack("!H", chunk) for chunk in chunks
    )
    body += bytes(-len(body) % 4)
    return struct.pack("!BBH", 0x8F, 205, len(body) // 4) + body


def test_transport_feedback_has_runs_and_vectors() -> None:
    run_of_three_lost, run_of_two_small = 0x0003, 0x2002
    one_bit_vector = 0x8000 | 0b10100000000000
    two_bit_vector = 0xC000 | 0b01_00_10_00_00_00_00
    packet = transport_feedback(
        65530, 3 + 2 + 14 + 3, [run_of_three_lost, run_of_two_small, one_bit_vector, two_bit_vector]
    )
    (feedback,) = rtcp.read_feedback(packet)
    assert isinstance(feedback, rtcp.TransportFeedback)
    assert feedback.first == 65530
    assert [int(arrived) for arrived in feedback.arrived] == [
        *(0, 0, 0),
        *(1, 1),
        *(1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        *(1, 0, 1),
    ]


@given(st.binary(max_size=60))
def test_any_bytes_are_read_without_failing(data: bytes) -> None:
    list(rtcp.read_feedback(data))
    list(rtcp.read_feedback(b"\x8f\xcd" + data))
