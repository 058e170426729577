"""What every relay must do, whatever it is written in: what flows into a slot. Driven over seeded links in simulated time, with
real SRTP. See tests/media/contract.py for the implementations, and test_relay_*.py beside this file for the rest.
"""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from tests.media.contract import camera, check_frames, check_stream, microphone, two
from tests.media.synthetic_packets import (
    media,
    read_audio,
)
from tests.media.world import RelayFactory, World


def test_forwards_sound_and_picture_as_one_stream_per_slot(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    sound = a.publish("microphone")
    a.publish_simulcast()
    world.relay.set_routes(b.id, [microphone("a0", "a"), camera("v0", "a")], world.now)
    world.run(2)
    assert set(b.received) == {slot.ssrc for slot in b.media.slots if slot.name in ("a0", "v0")}
    for slot in ("a0", "v0"):
        check_stream(b, slot)
    check_frames(b, "v0")
    assert {frame.layer for _, frame in b.frames("v0")} == {"h"}
    assert len(b.slot("a0").packets) >= sound.packets - 3
    assert world.relay.current_layer(b.id, "v0") == "h"
    assert world.relay.current_layer(b.id, "a0") is None
    stats = world.relay.stats(b.id)
    assert stats is not None
    arrived = len(b.slot("a0").packets) + len(b.slot("v0").packets)
    assert arrived <= stats.sent_packets <= arrived + 10
    assert b.undecryptable == 0


def test_layers_change_on_keyframes_only_and_the_old_one_goes_on_until_then(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish_simulcast()
    world.relay.set_routes(b.id, [camera("v0", "a", "l")], world.now)
    world.run(1)
    random = Random(7)
    for _ in range(12):
        world.relay.set_routes(b.id, [camera("v0", "a", random.choice("lmh"))], world.now)  # type: ignore[arg-type]
        world.run(random.uniform(0.1, 0.9))
    check_stream(b, "v0")
    check_frames(b, "v0")
    assert {frame.layer for _, frame in b.frames("v0")} == {"l", "m", "h"}
    times = [packet.at for packet, _ in b.frames("v0")]
    assert max(after - before for before, after in pairwise(times)) < 0.1
    # The timestamps keep to the time that has passed, whatever the layers' own were.
    packets = b.slot("v0").in_order()
    assert packets[-1].rtp_ts - packets[0].rtp_ts == pytest.approx(
        (packets[-1].at - packets[0].at) * 90_000, abs=4000
    )


def test_the_nearest_flowing_layer_stands_in_for_a_wanted_one(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    layers = a.publish_simulcast()
    layers["h"].active = False
    world.relay.set_routes(b.id, [camera("v0", "a", "h")], world.now)
    world.run(1)
    assert world.relay.current_layer(b.id, "v0") == "m"
    layers["h"].active = True
    layers["h"].keyframe = True
    world.run(1)
    assert world.relay.current_layer(b.id, "v0") == "h"
    layers["h"].active = False
    layers["m"].active = False
    world.run(2)
    assert world.relay.current_layer(b.id, "v0") == "l"
    check_stream(b, "v0")
    check_frames(b, "v0")


def test_a_ceiling_below_all_that_flows_takes_the_lowest(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish("camera", "h")
    a.publish("camera", "m")
    world.relay.set_routes(b.id, [camera("v0", "a", "l")], world.now)
    world.run(1)
    assert world.relay.current_layer(b.id, "v0") == "m"


def test_a_publisher_without_simulcast_is_relayed(factory: RelayFactory) -> None:
    for announced in (False, True):
        world = World(factory)
        a = world.add("a", media(0, rids=(), announced=announced))
        b = world.add("b")
        a.publish("camera", named=not announced)
        world.relay.set_routes(b.id, [camera("v0", "a", "l")], world.now)
        world.run(1)
        check_stream(b, "v0")
        check_frames(b, "v0")
        assert world.relay.current_layer(b.id, "v0") is None


def test_another_speaker_is_heard_on_the_next_packet_without_a_gap(factory: RelayFactory) -> None:
    world = World(factory)
    speakers = [world.add(name) for name in ("a", "b", "c")]
    d = world.add("d")
    for speaker in speakers:
        speaker.publish("microphone")
    world.relay.set_routes(d.id, [microphone("a0", "a")], world.now)
    for name in "abcabc":
        world.relay.set_routes(d.id, [microphone("a0", name)], world.now)
        switched = world.now
        world.run(0.3)
        after = [packet for packet in d.slot("a0").in_order() if packet.at > switched + 0.025]
        index = world.peers[name].index
        assert read_audio(after[0].payload)[0] == index
        assert {read_audio(packet.payload)[0] for packet in after} == {index}
    check_stream(d, "a0")
    packets = d.slot("a0").in_order()
    steps = Counter(after.rtp_ts - before.rtp_ts for before, after in pairwise(packets))
    assert set(steps) == {960}, "a decoder has nothing to conceal"
    changes = [
        after.marker
        for before, after in pairwise(packets)
        if read_audio(before.payload)[0] != read_audio(after.payload)[0]
    ]
    assert changes == [True] * 5


def test_a_silence_in_a_slot_is_silence_in_its_timestamps(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish("microphone")
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(0.5)
    world.relay.set_routes(b.id, [], world.now)
    world.run(2)
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(0.5)
    packets = b.slot("a0").in_order()
    steps = sorted(after.rtp_ts - before.rtp_ts for before, after in pairwise(packets))
    assert steps[-1] == pytest.approx(2 * 48_000, abs=2000)
    assert set(steps[:-1]) == {960}
    check_stream(b, "a0")


def test_a_move_to_a_breakout_brings_sound_and_picture_and_takes_the_old_ones(factory: RelayFactory) -> None:
    world = World(factory)
    peers = {name: world.add(name) for name in "abcd"}
    for peer in peers.values():
        peer.publish("microphone")
        peer.publish_simulcast()
    everybody = {
        name: [camera(f"v{n}", other) for n, other in enumerate(o for o in "abcd" if o != name)]
        + [microphone(f"a{n}", other) for n, other in enumerate([o for o in "abcd" if o != name][:2])]
        for name in "abcd"
    }
    for name, routes in everybody.items():
        world.relay.set_routes(peers[name].id, routes, world.now)
    world.run(2)
    partners = {"a": "c", "c": "a", "b": "d", "d": "b"}
    moved = world.now
    for name, partner in partners.items():
        world.relay.set_routes(peers[name].id, [camera("v0", partner), microphone("a0", partner)], world.now)
    world.run(1)
    for name, partner in partners.items():
        peer, index = peers[name], peers[partner].index
        sound = [p for p in peer.slot("a0").in_order() if p.at > moved + 0.011]
        assert {read_audio(packet.payload)[0] for packet in sound} == {index}
        assert sound[0].at - moved < 0.06
        pictures = [(p, frame) for p, frame in peer.frames("v0") if p.at > moved + 0.011]
        assert {frame.publisher for _, frame in pictures} == {index}
        assert pictures[0][0].at - moved < 0.15
        for slot in ("v1", "v2", "a1"):
            assert not [p for p in peer.slot(slot).order if p.at > moved + 0.011]
        for slot in ("v0", "a0"):
            check_stream(peer, slot)
        check_frames(peer, "v0")
