from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay import h264

SPS, PPS, IDR, SLICE = b"\x67\x42\xe0\x1f", b"\x68\xce\x3c\x80", b"\x65\x88\x84", b"\x41\x9a\x24"


def stap(*units: bytes) -> bytes:
    return b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)


def fragment(unit: bytes, *, first: bool = False, last: bool = False) -> bytes:
    header = (0x80 if first else 0) | (0x40 if last else 0) | unit[0] & 0x1F
    return bytes((unit[0] & 0xE0 | 28, header)) + unit[1:]


@pytest.mark.parametrize(
    ("payload", "keyframe"),
    [
        (SPS, True),
        (PPS, False),
        (SLICE, False),
        (IDR, False),
        (stap(SPS, PPS), True),
        (stap(PPS, SPS, IDR), True),
        (stap(PPS, SLICE), False),
        (fragment(SPS, first=True), True),
        (fragment(IDR, first=True), False),
        (fragment(IDR), False),
        (fragment(SPS, last=True), False),
    ],
)
def test_a_key_frame_begins_with_its_parameter_set(payload: bytes, keyframe: bool) -> None:
    found = h264.parse(payload)
    assert found is not None
    assert found.keyframe_start is keyframe
    assert found.picture_id_at == found.tl0picidx_at == found.keyidx_at == -1


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\x60",
        b"\x7f\x00\x00",
        b"\x79\x00\x00\x01\x67",
        b"\x78",
        b"\x78\x00",
        b"\x78\x00\x00\x67",
        b"\x78\x00\x09" + SPS,
        stap(SPS) + b"\x00",
        b"\x7c",
        b"\x7c\x85",
    ],
)
def test_what_nobody_could_decode_is_told_apart(payload: bytes) -> None:
    assert h264.parse(payload) is None


@given(st.binary(max_size=64))
def test_any_bytes_are_read_without_harm(payload: bytes) -> None:
    found = h264.parse(payload)
    assert found is None or found.keyframe_start in (True, False)
