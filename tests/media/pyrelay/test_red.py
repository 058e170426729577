from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay import codecs
from classroom.media.pyrelay.red import headers, primary, renumber

# One redundant block of 3 bytes (payload type 111, offset 960), then the primary one.
BLOCK = bytes([0x80 | 111]) + (960 << 10 | 3).to_bytes(3, "big")
PACKET = BLOCK + bytes([111]) + b"oldnew!"


@pytest.mark.parametrize(
    ("payload", "data"),
    [
        (PACKET, b"new!"),
        (bytes([111]) + b"only", b"only"),
        (bytes([111]), b""),
        (BLOCK + BLOCK + bytes([111]) + b"oldoldnew", b"new"),
        (b"", None),
        (BLOCK, None),
        (BLOCK[:3], None),
        (BLOCK + bytes([111]) + b"ol", None),
        (BLOCK * 9 + bytes([111]) + bytes(40), None),
    ],
)
def test_primary(payload: bytes, data: bytes | None) -> None:
    assert primary(payload) == data


def test_renumber_changes_every_block_header_and_nothing_else() -> None:
    changed = renumber(PACKET, 109)
    assert changed is not None
    assert changed[0] == 0x80 | 109
    assert changed[4] == 109
    assert changed[1:4] == PACKET[1:4]
    assert changed[5:] == PACKET[5:]
    assert renumber(BLOCK, 109) is None


@given(st.binary(max_size=40))
def test_anything_is_read_within_its_bounds(payload: bytes) -> None:
    found = headers(payload)
    if found is not None:
        assert found[1] <= len(payload)
        for change in (codecs.AS_IS, codecs.PRIMARY, 109):
            assert codecs.apply(change, payload) is not None
