from __future__ import annotations

import pytest

from classroom.media.model import Codec
from classroom.media.pyrelay.codecs import AS_IS, PRIMARY, repair_payload_type, translate

CHROMIUM = (Codec(111, "opus", 48000, 2), Codec(63, "red", 48000, 2))
FIREFOX = (Codec(109, "opus", 48000, 2),)
OTHER = (Codec(100, "red", 48000, 2), Codec(101, "opus", 48000, 2))
VIDEO = (Codec(96, "vp8", 90000), Codec(97, "rtx", 90000, apt=96), Codec(98, "rtx", 90000, apt=99))


@pytest.mark.parametrize(
    ("name", "source", "slot", "expected"),
    [
        ("opus", CHROMIUM, CHROMIUM, (111, AS_IS)),
        ("opus", CHROMIUM, FIREFOX, (109, AS_IS)),
        ("red", CHROMIUM, CHROMIUM, (63, AS_IS)),
        ("red", CHROMIUM, FIREFOX, (109, PRIMARY)),
        ("red", CHROMIUM, OTHER, (100, 101)),
        ("vp8", VIDEO, VIDEO, (96, AS_IS)),
        ("h264", VIDEO, VIDEO, None),
        ("red", CHROMIUM, VIDEO, None),
    ],
)
def test_translate(
    name: str, source: tuple[Codec, ...], slot: tuple[Codec, ...], expected: tuple[int, int] | None
) -> None:
    assert translate(name, source, slot) == expected


def test_the_repair_payload_type_is_the_one_whose_apt_fits() -> None:
    assert repair_payload_type(VIDEO, 96) == 97
    assert repair_payload_type(VIDEO, 99) == 98
    assert repair_payload_type(VIDEO, 100) is None
