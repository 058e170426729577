"""How soon another person or another layer is in a slot, over a path of 60 ms there and back, and that nothing stands still."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from classroom.media.model import Layer
from tests.media.contract import camera, check_frames, two
from tests.media.netem import PERFECT
from tests.media.world import RelayFactory

PATH = replace(PERFECT, delay_s=0.03)
FRAME_S = 0.04


def longest_pause_s(times: list[float]) -> float:
    return max(later - earlier for earlier, later in pairwise(times))


@pytest.mark.parametrize("seed", range(5))
def test_another_speaker_is_seen_within_200_ms_without_a_frozen_frame(
    factory: RelayFactory, seed: int
) -> None:
    world = two(factory, PATH, seed)
    world.add("c")
    world.peers["a"].publish_simulcast()
    world.peers["c"].publish_simulcast()
    receiver = world.peers["b"]
    world.relay.set_routes(receiver.id, (camera("v0", "a"),), world.now)
    world.run(2 + seed * 0.013)
    switched_at = world.now
    world.relay.set_routes(receiver.id, (camera("v0", "c"),), world.now)
    world.run(1)
    frames = receiver.frames("v0")
    newcomer = world.peers["c"].index
    first_at = next(packet.at for packet, frame in frames if frame.publisher == newcomer)
    assert first_at - switched_at < 0.2
    times = [packet.at for packet, frame in frames if frame.index == 0 and packet.at > switched_at - 0.2]
    assert longest_pause_s(times) < 0.2
    check_frames(receiver, "v0")


@pytest.mark.parametrize(("before", "after"), [("l", "h"), ("h", "l"), ("m", "h")])
def test_another_layer_is_there_within_500_ms_and_the_old_one_until_then(
    factory: RelayFactory, before: Layer, after: Layer
) -> None:
    world = two(factory, PATH)
    world.peers["a"].publish_simulcast()
    receiver = world.peers["b"]
    world.relay.set_routes(receiver.id, (camera("v0", "a", before),), world.now)
    world.run(2)
    switched_at = world.now
    world.relay.set_routes(receiver.id, (camera("v0", "a", after),), world.now)
    world.run(1)
    frames = receiver.frames("v0")
    first_at = next(packet.at for packet, frame in frames if frame.layer == after and packet.at > switched_at)
    assert first_at - switched_at < 0.5
    times = [packet.at for packet, frame in frames if frame.index == 0 and packet.at > switched_at - 0.2]
    assert longest_pause_s(times) < 2 * FRAME_S
    check_frames(receiver, "v0")
