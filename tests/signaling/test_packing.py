"""What is packed comes back, and nothing makes us unpack more than we want."""

from __future__ import annotations

import zlib

import pytest

from signaling.packing import NotPacked, pack, unpack

SDP = "v=0\r\n" + "a=rtcp-fb:96 nack pli\r\n" * 1000


def test_it_comes_back_and_is_short() -> None:
    assert unpack(pack(SDP), 60_000) == SDP
    assert len(pack(SDP)) < len(SDP) / 10


@pytest.mark.parametrize(
    "packed",
    [
        b"",
        b"v=0",
        pack(SDP)[:-5],
        pack(SDP) + b"more",
        zlib.compress(b"\xff\xfe"),
        pack("a" * 101),
        zlib.compress(bytes(50_000_000)),
    ],
    ids=["empty", "plain", "cut", "followed", "not text", "too long", "bomb"],
)
def test_what_is_no_packed_text_of_that_length_is_refused(packed: bytes) -> None:
    with pytest.raises(NotPacked):
        unpack(packed, 100)


def test_the_longest_is_taken() -> None:
    assert unpack(pack("a" * 100), 100) == "a" * 100
