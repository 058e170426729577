"""Feedback is read back by a decoder written from the draft, which shares nothing with the encoder."""

from __future__ import annotations

import struct

from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay.twcc import ArrivalLog, chunks


def read(packet: bytes) -> tuple[int, int, dict[int, float | None]]:
    """(sender SSRC, media SSRC, {sequence number: arrival in seconds or None})."""
    first, kind, words = struct.unpack_from(">BBH", packet)
    assert (first & 0x1F, kind) == (15, 205)
    assert len(packet) == 4 + 4 * words
    sender, media, base, count = struct.unpack_from(">IIHH", packet, 4)
    reference = int.from_bytes(packet[16:19], "big")
    at = 20
    symbols: list[int] = []
    while len(symbols) < count:
        (word,) = struct.unpack_from(">H", packet, at)
        at += 2
        if word >> 15 == 0:
            symbols += [word >> 13 & 3] * (word & 0x1FFF)
        elif word >> 14 & 1:
            symbols += [word >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [word >> shift & 1 for shift in range(13, -1, -1)]
    time = reference * 0.064
    arrivals: dict[int, float | None] = {}
    for index, symbol in enumerate(symbols[:count]):
        number = base + index & 0xFFFF
        if symbol == 0:
            arrivals[number] = None
            continue
        if symbol == 1:
            delta = packet[at]
            at += 1
        else:
            (delta,) = struct.unpack_from(">h", packet, at)
            at += 2
        time += delta * 0.00025
        arrivals[number] = time
    padding = packet[-1] if first & 0x20 else 0
    assert at + padding == len(packet)
    return sender, media, arrivals


@given(
    st.integers(0, 0xFFFF),
    st.lists(st.tuples(st.integers(1, 30), st.floats(0, 0.3)), min_size=1, max_size=120),
    st.lists(st.integers(5, 40), max_size=6),
)
def test_every_arrival_is_told_once_with_its_time(
    first: int, steps: list[tuple[int, float]], pauses: list[int]
) -> None:
    log = ArrivalLog(1000)
    now, number = 50.0, first
    arrived: dict[int, float] = {}
    told: dict[int, float | None] = {}

    def tell() -> None:
        for packet in log.feedback(1, 77, now):
            assert len(packet) < 1200
            sender, media, arrivals = read(packet)
            assert (sender, media) == (1, 77)
            for sequence, time in arrivals.items():
                if time is not None or sequence not in told:
                    told[sequence] = time

    for index, (step, delay) in enumerate(steps):
        number = number + (1 if step < 20 else step)
        now += delay / 10
        log.arrived(number & 0xFFFF, now)
        arrived[number & 0xFFFF] = now
        if index in pauses:
            tell()
    tell()
    assert {sequence for sequence, time in told.items() if time is not None} == set(arrived)
    for sequence, time in arrived.items():
        found = told[sequence]
        assert found is not None
        assert abs(found - time) < 0.0005
    assert log.feedback(1, 77, now) == []


def test_a_late_packet_is_told_after_all() -> None:
    log = ArrivalLog(1000)
    for number in (1, 2, 4):
        log.arrived(number, 10.0)
    (packet,) = log.feedback(1, 2, 10.0)
    assert read(packet)[2][3] is None
    log.arrived(3, 10.05)
    (packet,) = log.feedback(1, 2, 10.1)
    _, _, arrivals = read(packet)
    assert arrivals[3] is not None
    assert arrivals[4] is not None


def test_duplicates_and_numbers_that_wrap_are_one_series() -> None:
    log = ArrivalLog(1000)
    for number in (65534, 65535, 0, 0, 1):
        log.arrived(number, 3.0)
    (packet,) = log.feedback(1, 2, 3.0)
    assert list(read(packet)[2]) == [65534, 65535, 0, 1]


def test_memory_is_bounded() -> None:
    log = ArrivalLog(100)
    for number in range(60_000):
        log.arrived(number, 3.0)
    packets = log.feedback(1, 2, 3.0)
    assert sum(time is not None for packet in packets for time in read(packet)[2].values()) == 100


@given(st.lists(st.integers(0, 2), max_size=200))
def test_chunks_hold_every_status(statuses: list[int]) -> None:
    packed = chunks(statuses)
    symbols: list[int] = []
    for (word,) in struct.iter_unpack(">H", packed):
        if word >> 15 == 0:
            symbols += [word >> 13 & 3] * (word & 0x1FFF)
        elif word >> 14 & 1:
            symbols += [word >> shift & 3 for shift in range(12, -1, -2)]
        else:
            symbols += [word >> shift & 1 for shift in range(13, -1, -1)]
    assert symbols[: len(statuses)] == statuses
    assert not any(symbols[len(statuses) :])
