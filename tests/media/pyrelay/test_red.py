from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay.red import Block, Unwrapped, unwrap, wrap

# One redundant block of 3 bytes (payload type 111, offset 960), then the primary one: RFC 2198 section 3.
BLOCK = bytes([0x80 | 111]) + (960 << 10 | 3).to_bytes(3, "big")
PACKET = BLOCK + bytes([111]) + b"oldnew!"


@pytest.mark.parametrize(
    ("payload", "frames"),
    [
        (PACKET, [b"old", b"new!"]),
        (bytes([111]) + b"only", [b"only"]),
        (bytes([111]), [b""]),
        (BLOCK + BLOCK + bytes([111]) + b"onetwonew", [b"one", b"two", b"new"]),
        (b"", None),
        (BLOCK, None),
        (BLOCK[:3], None),
        (BLOCK + bytes([111]) + b"ol", None),
        (BLOCK * 9 + bytes([111]) + bytes(40), None),
    ],
)
def test_unwrap(payload: bytes, frames: list[bytes] | None) -> None:
    found = unwrap(payload)
    if frames is None:
        assert found is None
        return
    assert found is not None
    assert [block.payload for block in found.redundant] + [found.payload] == frames
    assert found.payload_type == 111
    assert all((block.offset, block.payload_type) == (960, 111) for block in found.redundant)


def test_wrap_is_what_the_rfc_draws() -> None:
    assert wrap([(960, b"old")], b"new!", 111) == PACKET


@pytest.mark.parametrize("bad", [(-1, b""), (1 << 14, b""), (0, bytes(1024))])
def test_wrap_refuses_what_red_cannot_say(bad: tuple[int, bytes]) -> None:
    with pytest.raises(ValueError, match="RED"):
        wrap([bad], b"", 111)


@given(
    st.lists(st.tuples(st.integers(0, 0x3FFF), st.binary(max_size=60)), max_size=7),
    st.binary(max_size=60),
    st.integers(0, 127),
)
def test_what_was_wrapped_comes_out_again(
    redundant: list[tuple[int, bytes]], payload: bytes, number: int
) -> None:
    blocks = tuple(Block(offset, number, frame) for offset, frame in redundant)
    assert unwrap(wrap(redundant, payload, number)) == Unwrapped(blocks, number, payload)


@given(st.binary(max_size=40))
def test_anything_is_read_within_its_bounds(payload: bytes) -> None:
    found = unwrap(payload)
    if found is not None:
        taken = sum(len(block.payload) for block in found.redundant) + len(found.payload)
        assert taken + 4 * len(found.redundant) + 1 == len(payload)
