from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.bandwidth.feedback import Arrivals, MalformedFeedback, ReceiverClock, parse


def header(base: int, count: int, reference: int = 1, number: int = 0) -> bytes:
    return base.to_bytes(2, "big") + count.to_bytes(2, "big") + reference.to_bytes(3, "big") + bytes([number])


CASES = [
    # run length: three small deltas
    (header(10, 3) + b"\x20\x03" + b"\x04\x08\x0c", Arrivals(0, 10, 1, [4, 12, 24])),
    # one-bit vector: yes, no, yes (11 symbols of padding)
    (header(65535, 3) + b"\xa8\x00" + b"\x04\x04", Arrivals(0, 65535, 1, [4, None, 8])),
    # two-bit vector: small, large negative, missing
    (header(0, 3) + b"\xd8\x00" + b"\x08" + b"\xff\xfc", Arrivals(0, 0, 1, [8, 4, None])),
    # a run longer than the count is cut
    (header(7, 2, 0xFFFFFF, 9) + b"\x20\x10" + b"\x00\x04", Arrivals(9, 7, 0xFFFFFF, [0, 4])),
]


@pytest.mark.parametrize(("fci", "expected"), CASES)
def test_reads_every_chunk_kind(fci: bytes, expected: Arrivals) -> None:
    number, base, reference_ticks, arrivals = parse(fci)
    assert Arrivals(number, base, reference_ticks, list(arrivals)) == expected


@pytest.mark.parametrize(
    "fci",
    [
        b"",
        header(0, 1)[:7],
        header(0, 0) + b"\x20\x00",
        header(0, 60_000) + b"\x20\x00",
        header(0, 3) + b"\x20",
        header(0, 3) + b"\x20\x03\x04\x04",
        header(0, 3) + b"\x60\x03",
        header(0, 4000) + b"\x20\x00",
    ],
)
def test_refuses_what_contradicts_itself(fci: bytes) -> None:
    with pytest.raises(MalformedFeedback):
        parse(fci)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(fci: bytes) -> None:
    try:
        arrivals = parse(fci)
    except MalformedFeedback:
        return
    assert len(arrivals.arrivals) == int.from_bytes(fci[2:4], "big")


def test_the_receivers_clock_survives_the_wrap_of_its_reference() -> None:
    clock = ReceiverClock()
    first = clock.seconds(0xFFFFFE)
    assert clock.seconds(0xFFFFFF) - first == pytest.approx(0.064)
    assert clock.seconds(1) - first == pytest.approx(0.192)
    assert clock.seconds(0) - first == pytest.approx(0.128)
