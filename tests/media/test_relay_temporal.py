"""Every relay: a slot without the upper temporal layers carries a stream that never had them."""

from __future__ import annotations

from itertools import groupby, pairwise
from random import Random

import pytest

from classroom.media.model import Step
from tests.media.contract import LOSSY, camera, check_stream, two
from tests.media.netem import PERFECT
from tests.media.synthetic import SyntheticPeer
from tests.media.synthetic_packets import Frame
from tests.media.world import RelayFactory, World

WHOLE, THINNED = Step("h"), Step("h", True)


def start(factory: RelayFactory, *, lossy: bool = False, seed: int = 1) -> tuple[World, SyntheticPeer]:
    world = two(factory, LOSSY if lossy else PERFECT, seed)
    world.peers["a"].publish("camera", "h", temporal=True)
    receiver = world.peers["b"]
    world.relay.set_routes(receiver.id, (camera("v0", "a"),), world.now)
    world.run(1)
    return world, receiver


def allow(world: World, step: Step | None) -> None:
    world.relay.set_layers(world.peers["b"].id, {"v0": step}, 0.0, world.now)


def first_packets(peer: SyntheticPeer) -> list[Frame]:
    return [frame for _, frame in peer.frames("v0") if frame.index == 0]


def check_references(peer: SyntheticPeer) -> None:
    """Numbers without a gap, whole frames, counters that go on, and no frame without what it may refer to."""
    check_stream(peer, "v0")
    frames = peer.frames("v0")
    opening = [frame for _, frame in frames if frame.index == 0]
    for _, group in groupby(frames, key=lambda entry: entry[1].number):
        indices = [frame.index for _, frame in group]
        assert indices == list(range(len(indices)))
    complete = True
    """Nothing is missing that an upper frame may refer to."""
    for before, frame in pairwise(opening):
        assert frame.tl0picidx == (before.tl0picidx + (frame.temporal_id == 0)) & 0xFF
        assert frame.number > before.number
        skipped = frame.number - before.number - 1
        if frame.keyframe or frame.sync:
            complete = True
        elif skipped:
            complete = False
        assert frame.temporal_id == 0 or complete
        assert not skipped or frame.temporal_id == 0 or frame.sync


def test_a_thinned_slot_gets_half_the_pictures_and_notices_nothing(factory: RelayFactory) -> None:
    world, receiver = start(factory)
    allow(world, THINNED)
    world.run(0.1)
    seen = len(first_packets(receiver))
    world.run(2)
    late = first_packets(receiver)[seen:]
    assert {frame.temporal_id for frame in late} == {0}
    assert 24 <= len(late) <= 26
    check_references(receiver)
    ids = [frame.picture_id for frame in first_packets(receiver)]
    assert ids == [ids[0] + n & 0x7FFF for n in range(len(ids))]
    assert not receiver.slot("v0").missing


def test_the_others_go_on_as_before(factory: RelayFactory) -> None:
    world, receiver = start(factory)
    other = world.add("c")
    world.relay.set_routes(other.id, (camera("v0", "a"),), world.now)
    world.run(1)
    allow(world, THINNED)
    world.run(2)
    assert {frame.temporal_id for frame in first_packets(other)[-10:]} == {0, 1}
    check_references(other)
    check_references(receiver)


def test_all_pictures_come_back_at_a_layer_sync_without_a_key_frame(factory: RelayFactory) -> None:
    world, receiver = start(factory)
    asked = next(iter(world.peers["a"].outgoing.values())).keyframes_asked
    for step in (THINNED, WHOLE, THINNED, WHOLE):
        allow(world, step)
        world.run(0.7)
    frames = first_packets(receiver)
    for before, frame in pairwise(frames):
        assert not frame.temporal_id or frame.number == before.number + 1, (
            "it follows the base frame it refers to"
        )
    assert [frame.temporal_id for frame in frames[-4:]] in ([0, 1, 0, 1], [1, 0, 1, 0])
    assert next(iter(world.peers["a"].outgoing.values())).keyframes_asked == asked
    check_references(receiver)


def test_all_pictures_come_back_with_a_key_frame_where_no_layer_sync_ever_comes(
    factory: RelayFactory,
) -> None:
    world, receiver = start(factory)
    camera_stream = next(iter(world.peers["a"].outgoing.values()))
    camera_stream.marks_sync = False
    allow(world, THINNED)
    world.run(1)
    asked = camera_stream.keyframes_asked
    allow(world, WHOLE)
    world.run(1.4)
    assert camera_stream.keyframes_asked == asked, "a layer sync may still come"
    assert first_packets(receiver)[-1].temporal_id == first_packets(receiver)[-2].temporal_id == 0
    world.run(1.6)
    assert camera_stream.keyframes_asked == asked + 1
    assert {frame.temporal_id for frame in first_packets(receiver)[-10:]} == {0, 1}
    check_references(receiver)


def test_a_thinned_start_and_a_pause_between(factory: RelayFactory) -> None:
    world, receiver = start(factory)
    for step in (None, THINNED, None, THINNED, WHOLE):
        allow(world, step)
        world.run(0.8)
    check_references(receiver)
    assert len(first_packets(receiver)) > 60


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_lost_and_allowed_the_numbers_go_on(factory: RelayFactory, seed: int) -> None:
    world, receiver = start(factory, lossy=True, seed=seed)
    random = Random(seed)
    for _ in range(14):
        allow(world, random.choice((WHOLE, THINNED, THINNED)))
        world.run(random.uniform(0.02, 1.0))
    allow(world, THINNED)
    world.run(1)
    next(iter(world.peers["a"].outgoing.values())).active = False
    world.run(2)
    check_stream(receiver, "v0")
    frames = first_packets(receiver)
    for before, frame in pairwise(frames):
        distance = frame.picture_id - before.picture_id & 0x7FFF
        assert 0 < distance < 64
        assert (frame.tl0picidx - before.tl0picidx & 0xFF) < 64


@pytest.mark.parametrize("seed", range(6))
def test_what_a_thinned_slot_misses_is_sent_again_and_nothing_else(factory: RelayFactory, seed: int) -> None:
    """Loss on the way down only: every number that is missing belongs to a packet of the base layer."""
    world = two(factory, PERFECT, seed)
    world.peers["a"].publish("camera", "h", temporal=True)
    receiver = world.add("c", conditions=LOSSY)
    world.relay.set_routes(receiver.id, (camera("v0", "a"),), world.now)
    world.relay.set_layers(receiver.id, {"v0": THINNED}, 0.0, world.now)
    world.run(6)
    next(iter(world.peers["a"].outgoing.values())).active = False
    world.run(1)
    check_stream(receiver, "v0")
    frames = first_packets(receiver)
    assert {frame.temporal_id for frame in frames} == {0}
    assert any(packet.repaired for packet in receiver.slot("v0").order)
    assert [frame.number for frame in frames] == [frames[0].number + 2 * n for n in range(len(frames))]


def test_the_share_of_the_upper_layer_is_measured(factory: RelayFactory) -> None:
    world, _ = start(factory)
    world.run(2)
    (flow,) = [flow for flow in world.relay.bitrates(world.peers["a"].id, world.now) if flow.kind == "camera"]
    assert 0.4 < flow.upper_share < 0.55
