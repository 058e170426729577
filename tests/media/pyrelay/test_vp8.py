from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from classroom.media.pyrelay.vp8 import Descriptor, parse, rewrite


def described(**fields: Any) -> Descriptor:
    absent = Descriptor(False, -1, -1, False, -1, -1, -1, -1, -1)
    return replace(absent, **fields)


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        (b"\x10\x00", described(keyframe_start=True, frame_start=True)),
        (b"\x10\x01", described(frame_start=True)),  # an interframe
        (b"\x00\x00", described()),  # not the start of a partition
        (b"\x11\x00", described()),  # not the first partition
        (b"\x90\x00\x00", described(keyframe_start=True, frame_start=True)),
        (
            b"\x90\x80\x05\x00",
            described(keyframe_start=True, frame_start=True, picture_id=5, picture_id_at=2),
        ),
        (
            b"\x90\x80\x92\x34\x00",
            described(keyframe_start=True, frame_start=True, picture_id=0x1234, picture_id_at=2, picture_id_wide=True),
        ),
        (
            b"\x80\xf0\x81\x00\x07\x93\x01",
            described(
                picture_id=256, picture_id_at=2, picture_id_wide=True, tl0picidx=7, tl0picidx_at=4,
                temporal_id=2, keyidx=19, keyidx_at=5,
            ),
        ),
        (b"\x80\x40\x09\x01", described(tl0picidx=9, tl0picidx_at=2)),
        (b"\x80\x20\x40\x01", described(temporal_id=1)),
        (b"\x80\x20\x60\x01", described(temporal_id=1, layer_sync=True)),
        (b"", None),
        (b"\x10", None),
        (b"\x90\x80", None),
        (b"\x90\x80\x85", None),
        (b"\x90\x80\x85\x01", None),
        (b"\x90\xc0\x05", None),
        (b"\x90\x20", None),
        (b"\x90\x20\x00", None),
    ],
)  # fmt: skip
def test_parse(payload: bytes, expected: Descriptor | None) -> None:
    assert parse(payload) == expected


@given(
    st.integers(0, 0x7FFF), st.integers(0, 255), st.integers(0, 31), st.integers(-40000, 40000), st.booleans()
)
def test_rewriting_moves_every_field_and_nothing_else(
    picture_id: int, tl0picidx: int, keyidx: int, offset: int, wide: bool
) -> None:
    number = (0x8000 | picture_id).to_bytes(2, "big") if wide else bytes([picture_id & 0x7F])
    payload = b"\x90\xf0" + number + bytes([tl0picidx, 0xA0 | keyidx]) + b"\x00rest"
    before = parse(payload)
    assert before is not None
    packet = bytearray(b"head" + payload)
    rewrite(packet, 4, before, offset, offset, offset)
    after = parse(bytes(packet[4:]))
    assert after is not None
    assert after.picture_id == (before.picture_id + offset) % (0x8000 if wide else 0x80)
    assert after.tl0picidx == (tl0picidx + offset) % 256
    assert after.keyidx == (keyidx + offset) % 32
    assert after.temporal_id == before.temporal_id
    assert packet[:4] == b"head"
    assert packet.endswith(b"\x00rest")
    assert len(packet) == 4 + len(payload)


@given(st.binary(max_size=12))
def test_anything_parses_within_its_bounds(payload: bytes) -> None:
    found = parse(payload)
    if found is not None:
        packet = bytearray(payload)
        rewrite(packet, 0, found, 1, 1, 1)
        assert max(found.picture_id_at + found.picture_id_wide, found.tl0picidx_at, found.keyidx_at) < len(
            payload
        )
