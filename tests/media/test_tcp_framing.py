"""Frames over a byte stream, and the queue of a slow reader. Time is an argument."""

from __future__ import annotations

from itertools import accumulate, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.tcp_framing import HEADER_BYTES, FrameReader, FrameTooLong, SendQueue

STUN, MEDIA = b"\x00", b"\x80"
MAX_BYTES, MAX_AGE_S = 1000, 0.5


def framed(datagram: bytes) -> bytes:
    return len(datagram).to_bytes(2, "big") + datagram


@given(st.lists(st.binary(max_size=300), max_size=20), st.lists(st.integers(1, 400), max_size=40))
def test_datagrams_come_out_however_the_stream_was_cut(datagrams: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(map(framed, datagrams))
    reader = FrameReader(300)
    marks = [0, *(mark for mark in accumulate(cuts) if mark < len(stream)), len(stream)]
    assert [
        frame for start, stop in pairwise(marks) for frame in reader.feed(stream[start:stop])
    ] == datagrams


def test_nothing_longer_than_the_longest_datagram_is_ever_kept() -> None:
    assert FrameReader(300).feed(framed(b"x" * 300)) == [b"x" * 300]
    with pytest.raises(FrameTooLong):
        FrameReader(300).feed(b"\x01\x2d")
    with pytest.raises(FrameTooLong):
        FrameReader(300).feed(b"GET / HTTP/1.1\r\n")


def queue() -> SendQueue:
    return SendQueue(MAX_BYTES, MAX_AGE_S)


def drain(waiting: SendQueue, now: float) -> list[bytes]:
    return FrameReader(MAX_BYTES).feed(waiting.take(MAX_BYTES, now))


def test_goes_out_in_order_and_as_much_as_asked_for() -> None:
    waiting = queue()
    for n in range(5):
        waiting.push(MEDIA * (n + 1), 0.0)
    assert FrameReader(9).feed(waiting.take(4, 0.0)) == [MEDIA, MEDIA * 2], (
        "whole frames, until there is enough"
    )
    assert drain(waiting, 0.0) == [MEDIA * 3, MEDIA * 4, MEDIA * 5]
    assert waiting.take(4, 0.0) == b""
    assert len(waiting) == waiting.dropped == 0


def test_stun_overtakes_media() -> None:
    waiting = queue()
    for datagram in (MEDIA + b"1", STUN + b"1", MEDIA + b"2", STUN + b"2"):
        waiting.push(datagram, 0.0)
    assert drain(waiting, 0.0) == [STUN + b"1", STUN + b"2", MEDIA + b"1", MEDIA + b"2"]


def test_the_oldest_media_makes_room() -> None:
    waiting = queue()
    waiting.push(STUN * 90, 0.0)
    for n in range(20):
        waiting.push(MEDIA + bytes([n]) * 97, 0.0)
    kept = drain(waiting, 0.0)
    assert kept[0] == STUN * 90
    assert [frame[1] for frame in kept[1:]] == list(range(11, 20))
    assert waiting.dropped == 11


def test_what_is_too_old_is_not_sent_but_stun_is() -> None:
    waiting = queue()
    waiting.push(STUN, 0.0)
    waiting.push(MEDIA + b"old", 0.0)
    waiting.push(MEDIA + b"new", MAX_AGE_S)
    assert drain(waiting, MAX_AGE_S + 0.1) == [STUN, MEDIA + b"new"]
    assert waiting.dropped == 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from([STUN, MEDIA]), st.integers(1, 300), st.integers(0, 600), st.floats(0, 0.2)
        ),
        max_size=60,
    )
)
def test_never_holds_more_than_it_may_and_loses_count_of_nothing(
    steps: list[tuple[bytes, int, int, float]],
) -> None:
    waiting, now, sent = queue(), 0.0, 0
    for pushed, (first, size, budget, pause) in enumerate(steps, 1):
        waiting.push(first * size, now)
        now += pause
        taken = waiting.take(budget, now)
        sent += len(FrameReader(MAX_BYTES).feed(taken))
        assert len(taken) < budget + 300 + HEADER_BYTES
        assert pushed == sent + waiting.dropped + len(waiting)
    assert len(waiting.take(10**6, now)) <= MAX_BYTES
