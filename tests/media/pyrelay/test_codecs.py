from __future__ import annotations

import pytest

from classroom.media.model import Codec
from classroom.media.pyrelay.codecs import AS_IS, redundant, repair_payload_type, translate

CHROMIUM = (Codec(63, "red", 48000, 2), Codec(111, "opus", 48000, 2))
FIREFOX = (Codec(109, "opus", 48000, 2),)
VIDEO = (Codec(96, "vp8", 90000), Codec(97, "rtx", 90000, apt=96), Codec(98, "rtx", 90000, apt=99))


@pytest.mark.parametrize(
    ("name", "slot", "distance", "expected"),
    [
        ("opus", CHROMIUM, 0, (111, AS_IS)),
        ("opus", CHROMIUM, 2, (63, redundant(2, 111))),
        ("opus", FIREFOX, 2, (109, AS_IS)),
        ("vp8", VIDEO, 0, (96, AS_IS)),
        ("h264", VIDEO, 0, None),
        ("opus", VIDEO, 1, None),
    ],
)
def test_translate(
    name: str, slot: tuple[Codec, ...], distance: int, expected: tuple[int, int] | None
) -> None:
    assert translate(name, slot, distance) == expected


def test_the_repair_payload_type_is_the_one_whose_apt_fits() -> None:
    assert repair_payload_type(VIDEO, 96) == 97
    assert repair_payload_type(VIDEO, 99) == 98
    assert repair_payload_type(VIDEO, 100) is None
