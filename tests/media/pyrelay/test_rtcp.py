from __future__ import annotations

import struct

import pytest
from aiortc import rtp as independent
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay import rtcp


def test_reports_are_what_another_implementation_reads() -> None:
    block = rtcp.report_block(5, 12, -3, 0x1_0002, 7, 0xAABBCCDD, 99)
    (report,) = independent.RtcpPacket.parse(rtcp.receiver_report(1, [block]))
    assert isinstance(report, independent.RtcpRrPacket)
    (read,) = report.reports
    assert (read.ssrc, read.fraction_lost, read.packets_lost, read.highest_sequence) == (5, 12, -3, 0x1_0002)
    assert (read.jitter, read.lsr, read.dlsr) == (7, 0xAABBCCDD, 99)
    (sent,) = independent.RtcpPacket.parse(rtcp.sender_report(9, 1 << 40, -1, 2, 3))
    assert isinstance(sent, independent.RtcpSrPacket)
    assert (sent.ssrc, sent.sender_info.ntp_timestamp, sent.sender_info.rtp_timestamp) == (
        9,
        1 << 40,
        0xFFFFFFFF,
    )


def test_requests_are_what_another_implementation_reads() -> None:
    compound = rtcp.picture_loss(1, 2) + rtcp.nack(1, 2, [10, 11, 26, 27, 65535, 0])
    loss, nack = independent.RtcpPacket.parse(compound)
    assert isinstance(loss, independent.RtcpPsfbPacket)
    assert (loss.fmt, loss.ssrc, loss.media_ssrc) == (1, 1, 2)
    assert isinstance(nack, independent.RtcpRtpfbPacket)
    assert [number & 0xFFFF for number in nack.lost] == [10, 11, 26, 27, 65535, 0]
    (estimate,) = independent.RtcpPacket.parse(rtcp.receiver_estimate(1, 6_000_000, [7, 8]))
    assert isinstance(estimate, independent.RtcpPsfbPacket)
    bitrate, ssrcs = independent.unpack_remb_fci(estimate.fci)
    assert bitrate == pytest.approx(6_000_000, rel=0.001)
    assert ssrcs == [7, 8]


@given(st.lists(st.integers(0, 0xFFFF), min_size=1, max_size=60, unique=True))
def test_nacks_come_back_as_they_went(sequences: list[int]) -> None:
    parts, well_formed = rtcp.parse(rtcp.nack(1, 2, sequences))
    assert well_formed
    (part,) = parts
    assert isinstance(part, rtcp.Nack)
    assert sorted(part.sequences) == sorted(sequences)


SR = rtcp.sender_report(9, 5, 6, 7, 8)
PLI = rtcp.picture_loss(1, 2)
FIR = struct.pack(">BBHIIIIII", 0x84, 206, 6, 1, 0, 33, 0, 44, 0)


@pytest.mark.parametrize(
    ("compound", "expected", "well_formed"),
    [
        (b"", [], True),
        (SR + PLI, [rtcp.SenderReport(9, 5, 6), rtcp.KeyframeRequest(2)], True),
        (FIR, [rtcp.KeyframeRequest(33), rtcp.KeyframeRequest(44)], True),
        # What the relay does not use passes by: SDES, BYE, APP, XR, transport-wide feedback.
        (b"".join(struct.pack(">BBHI", 0x81, kind, 1, 1) for kind in (202, 203, 204, 207)) + PLI,
         [rtcp.KeyframeRequest(2)], True),
        (struct.pack(">BBHII", 0x8F, 205, 2, 1, 2), [rtcp.TransportFeedback(b"")], True),
        # A report that announces more blocks than there are.
        (struct.pack(">BBHI", 0x9F, 201, 1, 1), [], True),
        (PLI + b"\x81", [rtcp.KeyframeRequest(2)], False),
        (PLI[:-1], [], False),
        (b"\x41" + PLI[1:], [], False),
        (struct.pack(">BBH", 0x81, 206, 0), [], False),
        (struct.pack(">BBH", 0xA1, 206, 0), [], False),
        (rtcp.receiver_estimate(1, 1_000_000, [2]), [rtcp.Estimate(1_000_000)], True),
        (struct.pack(">BBHII4sI", 0x8F, 206, 4, 1, 0, b"REMB", 0x01FFFFFF), [rtcp.Estimate(0x3FFFF << 63)], True),
        (struct.pack(">BBHII4s", 0x8F, 206, 3, 1, 0, b"REMB"), [], True),
        (struct.pack(">BBHI", 0xA1, 206, 1, 200), [], False),
        (struct.pack(">BBH", 0x80, 200, 0), [], False),
        (struct.pack(">BBHI", 0x81, 205, 1, 1), [], False),
    ],
)  # fmt: skip
def test_parse(compound: bytes, expected: list[rtcp.Part], well_formed: bool) -> None:
    assert rtcp.parse(compound) == (expected, well_formed)


def test_hostile_compounds_are_bounded() -> None:
    parts, well_formed = rtcp.parse(PLI * 120)
    assert len(parts) == rtcp.MAX_PARTS
    assert not well_formed
    fields = struct.pack(">HH", 1, 0xFFFF) * 360
    parts, _ = rtcp.parse(struct.pack(">BBHII", 0x81, 205, 2 + 360, 1, 2) + fields)
    (nack,) = parts
    assert isinstance(nack, rtcp.Nack)
    assert len(nack.sequences) == rtcp.MAX_NACKS


@given(st.binary(max_size=200))
def test_anything_is_read_without_raising(data: bytes) -> None:
    rtcp.parse(data)
    rtcp.parse(b"\x81\xcd" + data)
    rtcp.parse(b"\x9f\xc8" + data)


@given(st.binary(max_size=120), st.booleans(), st.booleans())
def test_feedback_that_comes_alone_says_the_same_as_in_a_compound(
    body: bytes, padded: bool, whole: bool
) -> None:
    body += bytes(-len(body) % 4)
    packet = struct.pack(">BBH", 0xAF if padded else 0x8F, 205, len(body) // 4 + (not whole)) + body
    parts, well_formed = rtcp.parse(packet)
    fci = rtcp.lone_feedback(packet)
    if fci is not None:
        assert (parts, well_formed) == ([rtcp.TransportFeedback(fci)], True)
    else:
        assert not well_formed or not parts
    assert rtcp.lone_feedback(packet + PLI) is None
