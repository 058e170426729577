"""Feedback as the server reads it: its own parser is the independent check."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.bandwidth.feedback import TICK_S, parse
from loadtest import sdp
from loadtest.arrivals import ArrivalRecorder, transport_number
from loadtest.packetize import RTP_HEADER, header_extensions
from loadtest.rtcp import TransportFeedback, read_feedback


def fci(packet: bytes) -> bytes:
    first, kind, words = struct.unpack_from("!BBH", packet)
    assert (first & 0x1F, kind) == (15, 205)
    assert len(packet) == 4 + 4 * words
    body = packet[12:]
    return body[: len(body) - body[-1]] if first & 0x20 else body


def test_nothing_new_is_nothing_to_say() -> None:
    recorder = ArrivalRecorder()
    assert recorder.feedback(1, 2) is None
    recorder.add(5, 0)
    assert recorder.feedback(1, 2) is not None
    assert recorder.feedback(1, 2) is None


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(1, 30), st.integers(-2_000_000, 50_000_000)), min_size=1, max_size=300),
)
def test_every_arrival_is_told_at_its_time(first: int, steps: list[tuple[int, int]]) -> None:
    recorder = ArrivalRecorder()
    sent: dict[int, int] = {}
    number, now = first, 10_000_000_000
    for ahead, later in steps:
        number, now = number + ahead, now + later
        recorder.add(number & 0xFFFF, now)
        sent[number] = now
    told: dict[int, float] = {}
    for _ in range(100):
        packet = recorder.feedback(1, 2)
        if packet is None:
            break
        arrivals = parse(fci(packet))
        base = next(n for n in range(first, number + 1) if n & 0xFFFF == arrivals.base)
        for offset, tick in enumerate(arrivals.arrivals):
            if tick is not None:
                told[base + offset] = arrivals.reference_ticks * 0.064 + tick * TICK_S
        assert isinstance(next(iter(read_feedback(packet))), TransportFeedback)
    assert told.keys() == sent.keys()
    for each, at in told.items():
        assert at == pytest.approx(sent[each] / 1e9, abs=0.0003)


def test_the_number_is_read_from_the_header_in_clear() -> None:
    header = RTP_HEADER.pack(0x90, 111, 1, 2, 3)
    packet = header + header_extensions({sdp.TRANSPORT_CC: b"\x12\x34"}) + b"encrypted"
    assert transport_number(packet) == 0x1234
    assert transport_number(header + header_extensions({sdp.MID: b"0"}) + b"encrypted") is None
    assert transport_number(RTP_HEADER.pack(0x80, 111, 1, 2, 3) + b"encrypted") is None
    assert transport_number(header) is None
