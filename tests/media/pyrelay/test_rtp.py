from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classroom.media.pyrelay.rtp import ONE_BYTE_PROFILE, find_extension, find_text, is_rtcp, parse

PLAIN = struct.pack(">BBHII", 0x80, 96, 1, 2, 3)


def header(first: int) -> bytes:
    return bytes([first]) + PLAIN[1:]


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (PLAIN + b"abc", (12, 15, 0, 0, 0)),
        (PLAIN, (12, 12, 0, 0, 0)),
        (header(0x82) + bytes(8) + b"abc", (20, 23, 0, 0, 0)),
        (header(0x90) + b"\xbe\xde\0\1" + bytes(4) + b"abc", (20, 23, 0xBEDE, 16, 20)),
        (header(0xA0) + b"abc\0\0\3", (12, 15, 0, 0, 0)),
        (header(0xA0) + b"\0\0\3", (12, 12, 0, 0, 0)),
        # RFC 3550 section A.1; Pion's lesson: padding may claim more than there is.
        (header(0xA0) + b"abc\0", None),
        (header(0xA0) + b"abc\5", None),
        (header(0xA0), None),
        (header(0xB0) + b"\xbe\xde\0\1" + bytes(3) + b"\5", None),
        (header(0x90) + b"\xbe\xde\0\2" + bytes(4), None),
        (header(0x90) + b"\xbe\xde", None),
        (header(0x8F) + bytes(59), None),
        (header(0x40), None),
        (PLAIN[:11], None),
        (b"", None),
    ],
)
def test_parse(packet: bytes, expected: tuple[int, ...] | None) -> None:
    assert parse(packet) == expected


@pytest.mark.parametrize(
    ("profile", "elements", "wanted", "expected"),
    [
        (ONE_BYTE_PROFILE, b"\x10a\x21bc", 1, b"a"),
        (ONE_BYTE_PROFILE, b"\x10a\x21bc", 2, b"bc"),
        (ONE_BYTE_PROFILE, b"\x10a\x00\x00\x21bc\x00", 2, b"bc"),
        (ONE_BYTE_PROFILE, b"\x10a\xf0\x21bc", 2, b""),  # id 15 ends it
        (ONE_BYTE_PROFILE, b"\x10a\x2fbc", 2, b""),  # runs over
        (ONE_BYTE_PROFILE, b"\x10a", 3, b""),
        (0x1000, b"\x01\x01a\x14\x02bc", 20, b"bc"),
        (0x100F, b"\x01\x00\x00\x14\x02bc", 20, b"bc"),
        (0x1000, b"\x01\x01a\x14\x09bc", 20, b""),
        (0x1000, b"\x14", 20, b""),
        (0x1010, b"\x01\x01a", 1, b""),
        (0, b"\x10a", 1, b""),
    ],
)
def test_find_extension(profile: int, elements: bytes, wanted: int, expected: bytes) -> None:
    packet = bytes(16) + elements
    at, length = find_extension(packet, profile, 16, len(packet), wanted)
    assert packet[at : at + length] == expected


def test_text_must_be_ascii_and_negotiated() -> None:
    packet = b"\x11hi\x21\xff\xfe"
    assert find_text(packet, ONE_BYTE_PROFILE, 0, len(packet), 1) == "hi"
    assert find_text(packet, ONE_BYTE_PROFILE, 0, len(packet), 2) is None
    assert find_text(packet, ONE_BYTE_PROFILE, 0, len(packet), 0) is None


@pytest.mark.parametrize(
    ("second", "expected"),
    [(200, True), (206, True), (192, True), (96, False), (0x80 | 111, False), (63, False)],
)
def test_rtcp_is_told_by_its_second_byte(second: int, expected: bool) -> None:
    assert is_rtcp(bytes([0x80, second])) is expected


@given(st.binary(max_size=80), st.integers(0, 255))
def test_anything_parses_within_its_bounds(rest: bytes, first: int) -> None:
    packet = bytes([first]) + rest
    layout = parse(packet)
    if layout is not None:
        start, end, profile, extension_start, extension_end = layout
        assert 12 <= start <= end <= len(packet)
        assert extension_start <= extension_end <= start
        for wanted in range(1, 16):
            at, length = find_extension(packet, profile, extension_start, extension_end, wanted)
            assert at + length <= extension_end
