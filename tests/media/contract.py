"""What the relay's contract tests share: the implementations, routes in short, and what must hold of every slot."""

from __future__ import annotations

from random import Random

from classroom.media.model import Layer, Publication, Route
from classroom.media.pyrelay import PyRelay
from tests.media.netem import PERFECT
from tests.media.synthetic import SyntheticPeer
from tests.media.world import RelayFactory, World
from tests.network.impairment import Impairment

IMPLEMENTATIONS: dict[str, RelayFactory] = {"python": lambda send: PyRelay(send, random=Random(1))}
"""A new implementation adds itself here, and passes tests/media/test_relay_*.py."""
LOSSY = Impairment(
    loss=0.04,
    burst=1.3,
    delay_s=0.02,
    jitter_s=0.01,
    reorder=0.02,
    reorder_by_s=0.015,
    duplicate=0.01,
)


def camera(slot: str, publisher: str, layer: Layer = "h") -> Route:
    return Route(slot, Publication(publisher, "camera"), layer)


def microphone(slot: str, publisher: str) -> Route:
    return Route(slot, Publication(publisher, "microphone"))


def check_stream(peer: SyntheticPeer, slot: str) -> None:
    """What holds of everything a subscriber gets: one stream, continuous, its timestamps never going back."""
    received = peer.slot(slot)
    assert received.gaps() == []
    timestamps = [packet.rtp_ts for packet in received.in_order()]
    assert timestamps == sorted(timestamps)


def check_frames(peer: SyntheticPeer, slot: str) -> None:
    """Decodable: every frame whole, every change of source or layer on a key frame, VP8 counters going on."""
    frames = peer.frames(slot)
    assert frames
    before = None
    expected = None
    for packet, frame in frames:
        if before is not None and (before.publisher, before.layer) != (frame.publisher, frame.layer):
            assert frame.keyframe
            assert frame.index == 0
        elif before is not None and not (frame.keyframe and frame.index == 0):
            assert (frame.number, frame.index) in (
                (before.number, before.index + 1),
                (before.number + 1, 0),
            )
        if before is None or frame.index == 0:
            if expected is not None:
                assert frame.picture_id == expected[0]
                assert frame.tl0picidx == expected[1]
            expected = (frame.picture_id + 1) & 0x7FFF, (frame.tl0picidx + 1) & 0xFF
        assert packet.payload
        before = frame


def two(factory: RelayFactory, conditions: Impairment = PERFECT, seed: int = 1) -> World:
    """a publishes everything, b receives."""
    world = World(factory, seed, conditions)
    world.add("a")
    world.add("b")
    return world
