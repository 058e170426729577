from __future__ import annotations

import pytest

from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.stream import Stream

START = 0x10000
"""Streams unwrap their first sequence number to this and itself."""


def payload(temporal_id: int, tl0picidx: int, *, keyframe: bool = False, sync: bool = False) -> bytes:
    return (
        bytes([0x90, 0xE0, 0x80, 0x05, tl0picidx & 0xFF, temporal_id << 6 | sync << 5, not keyframe])
        + b"rest"
    )


class Sender:
    """One packet per frame."""

    def __init__(self) -> None:
        self.stream = Stream(1, "h", "vp8", 90_000, True, True, 0, RelayLimits())

    def send(
        self, sequence: int, temporal_id: int, tl0picidx: int, *, keyframe: bool = False
    ) -> tuple[int, bool]:
        packet = self.stream.packet(
            sequence, 3000 * sequence, True, "vp8", payload(temporal_id, tl0picidx, keyframe=keyframe), 20, 1.0, False
        )  # fmt: skip
        assert packet is not None
        return packet.dense - packet.above - START, packet.left_out


@pytest.mark.parametrize(
    ("packets", "numbers"),
    [
        # (sequence, temporal id, TL0PICIDX) and the base layer's number; None: it has none.
        ([(0, 0, 7), (1, 1, 7), (2, 0, 8), (3, 1, 8), (4, 0, 9)], [0, None, 1, None, 2]),
        ([(0, 0, 7), (1, 2, 7), (2, 1, 7), (3, 2, 7), (4, 0, 8)], [0, None, None, None, 1]),
        # 2 and 3 are late: their numbers were kept, whatever they are.
        ([(0, 0, 7), (1, 1, 7), (4, 0, 9), (3, 1, 8), (2, 0, 8), (5, 1, 9)], [0, None, 3, 2, 1, None]),
        # No temporal layers: the numbers are the packets' own.
        ([(0, 0, 7), (1, 0, 8), (2, 0, 9)], [0, 1, 2]),
    ],
)
def test_the_base_layer_is_numbered_without_the_others(
    packets: list[tuple[int, int, int]], numbers: list[int | None]
) -> None:
    sender = Sender()
    for (sequence, temporal_id, tl0picidx), expected in zip(packets, numbers, strict=True):
        number, left_out = sender.send(sequence, temporal_id, tl0picidx)
        assert (None if left_out else number) == expected
        if not left_out:
            assert sender.stream.base.dense(START + number) == START + sequence


def test_a_late_packet_of_an_upper_layer_only_fills_its_place() -> None:
    sender = Sender()
    for sequence, temporal_id, tl0picidx in ((0, 0, 255), (2, 0, 256), (1, 1, 255)):
        sender.send(sequence, temporal_id, tl0picidx)
    late, base = sender.stream.cache.get(START + 1), sender.stream.cache.get(START + 2)
    assert late is not None
    assert base is not None
    assert sender.stream.base.thinned(late)[0] == b""
    whole, shift = sender.stream.base.thinned(base)
    assert whole == base.payload
    assert base.descriptor is not None
    assert base.descriptor.picture_id + shift == 256, "picture ids count base frames, beyond 255"


def test_a_key_frame_is_never_left_out_whatever_it_says() -> None:
    sender = Sender()
    sender.send(0, 0, 1)
    assert sender.send(1, 1, 1, keyframe=True) == (1, False)
