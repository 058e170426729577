from __future__ import annotations

import pytest

from classroom.media.model import Codec, Extensions, Layer, PeerMedia, Source
from classroom.media.pyrelay.ingress import Ingress
from classroom.media.pyrelay.rtp import parse
from tests.media.synthetic_packets import rtp

OPUS = (Codec(111, "opus", 48000, 2),)
VIDEO = (Codec(96, "vp8", 90000), Codec(97, "rtx", 90000, apt=96))
MICROPHONE = Source("0", "microphone", OPUS)
SCREEN_AUDIO = Source("3", "screen_audio", OPUS)
CAMERA = Source("1", "camera", VIDEO, ("h", "m"))
SCREEN = Source("2", "screen", VIDEO, (), (20, 21), ((20, 21),))
BROWSER = PeerMedia(
    (MICROPHONE, CAMERA, SCREEN, SCREEN_AUDIO), (), Extensions(mid=4, rid=10, repaired_rid=11)
)
PLAIN = PeerMedia((MICROPHONE, Source("1", "camera", VIDEO)), (), Extensions())

Expected = tuple[str, Layer | None, bool] | None


@pytest.mark.parametrize(
    ("media", "ssrc", "number", "extensions", "expected"),
    [
        (BROWSER, 1, 111, [(4, b"0")], ("microphone", None, False)),
        (BROWSER, 1, 111, [(4, b"3")], ("screen_audio", None, False)),
        (BROWSER, 1, 96, [(4, b"1"), (10, b"h")], ("camera", "h", False)),
        (BROWSER, 1, 97, [(4, b"1"), (11, b"m")], ("camera", "m", True)),
        (BROWSER, 20, 96, [], ("screen", None, False)),
        (BROWSER, 21, 97, [], ("screen", None, True)),
        (BROWSER, 20, 96, [(4, b"2")], ("screen", None, False)),
        (PLAIN, 1, 111, [], ("microphone", None, False)),
        (PLAIN, 1, 96, [], ("camera", None, False)),
        (PLAIN, 2, 97, [], ("camera", None, True)),
        # Cannot be told: payload type of several m-lines, unknown names, a layer that was not offered, wrong pairs.
        (BROWSER, 1, 111, [], None),
        (BROWSER, 1, 96, [], None),
        (BROWSER, 1, 96, [(4, b"9"), (10, b"h")], None),
        (BROWSER, 1, 96, [(4, b"1")], None),
        (BROWSER, 1, 96, [(4, b"1"), (10, b"l")], None),
        (BROWSER, 1, 96, [(4, b"0"), (10, b"h")], None),
        (BROWSER, 1, 97, [(4, b"1"), (10, b"h")], None),
        (BROWSER, 21, 96, [], None),
        (BROWSER, 1, 55, [(4, b"0")], None),
    ],
)
def test_classify(
    media: PeerMedia, ssrc: int, number: int, extensions: list[tuple[int, bytes]], expected: Expected
) -> None:
    packet = rtp(number, 1, 1, ssrc, b"x", extensions=extensions)
    layout = parse(packet)
    assert layout is not None
    found = Ingress(media).classify(packet, ssrc, number, *layout[2:])
    assert (None if found is None else (found.source.kind, found.layer, found.repair)) == expected
