"""Every relay: keys, addresses, permissions and publishers come, change and go."""

from __future__ import annotations

import struct
from random import Random

from tests.media.contract import LOSSY, camera, check_frames, check_stream, microphone, two
from tests.media.synthetic_packets import (
    camera_ssrc,
    media,
)
from tests.media.world import RelayFactory, World


def test_nothing_flows_before_keys_routes_and_permission(factory: RelayFactory) -> None:
    world = World(factory)
    a = world.add("a", enable=())
    b = world.add("b", connect=False)
    a.publish("microphone")
    a.publish_simulcast()
    world.relay.set_routes(b.id, [microphone("a0", "a"), camera("v0", "a")], world.now)
    world.run(0.5)
    assert not b.received
    world.relay.set_enabled(a.id, frozenset({"microphone", "camera"}))
    world.run(0.5)
    assert not [at for at, address in world.sent if address == b.address]
    world.connect(b)
    world.run(0.5)
    assert b.slot("a0").packets
    check_frames(b, "v0")


def test_the_first_keyframe_request_waits_for_the_subscribers_keys(factory: RelayFactory) -> None:
    world = World(factory)
    a = world.add("a")
    b = world.add("b", connect=False)
    outgoing = a.publish_simulcast()["h"]
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    world.run(2)
    assert outgoing.keyframes_asked == 0
    world.connect(b)
    world.run(0.2)
    assert outgoing.keyframes_asked == 1
    assert b.frames("v0")


def test_disabling_stops_at_once_and_still_counts(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish("microphone")
    a.publish_simulcast()
    world.relay.set_routes(b.id, [microphone("a0", "a"), camera("v0", "a")], world.now)
    world.run(1)
    world.relay.set_enabled(a.id, frozenset())
    world.run(0.1)
    heard, seen = len(b.slot("a0").packets), len(b.slot("v0").packets)
    feedback = len(a.parts(205, 15))
    world.run(1)
    assert (len(b.slot("a0").packets), len(b.slot("v0").packets)) == (heard, seen)
    assert len(a.parts(205, 15)) >= feedback + 8, "its congestion control lives on"
    stats = world.relay.stats(a.id)
    assert stats is not None
    assert sum(stream.packets for stream in stats.received) > 300
    assert stats.dropped["disabled"] > 100
    world.relay.set_enabled(a.id, frozenset({"microphone", "camera"}))
    world.run(1)
    for slot in ("a0", "v0"):
        check_stream(b, slot)
    frames = [frame for packet, frame in b.frames("v0") if packet.at > world.now - 0.9]
    assert frames


def test_peers_go_and_come_while_packets_fly(factory: RelayFactory) -> None:
    world = World(factory, 5, LOSSY)
    random = Random(5)
    alive: list[str] = []
    for step in range(30):
        if len(alive) < 3 or (len(alive) < 5 and random.random() < 0.6):
            name = f"p{step}"
            peer = world.add(name)
            peer.publish("microphone")
            peer.publish_simulcast()
            alive.append(name)
        else:
            world.remove(alive.pop(random.randrange(len(alive))))
        for name in alive:
            others = [other for other in alive if other != name][:2]
            routes = [camera(f"v{n}", other) for n, other in enumerate(others)]
            world.relay.set_routes(world.peers[name].id, routes, world.now)
        world.run(0.1)
    for name, peer in world.peers.items():
        if name not in alive:
            assert world.relay.stats(peer.id) is None
    world.run(0.5)
    late = {address for at, address in world.sent if at > world.now - 0.3}
    assert late == {world.peers[name].address for name in alive}


def test_a_removed_peer_takes_its_routes_along(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish("microphone")
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(0.2)
    world.relay.remove_peer(a.id)
    world.relay.remove_peer(a.id)
    world.relay.add_peer(a.id, a.media, world.now)
    world.relay.set_enabled(a.id, frozenset({"microphone"}))
    world.connect(a)
    count = len(b.slot("a0").packets)
    world.run(0.3)
    assert len(b.slot("a0").packets) <= count + 1
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(0.3)
    assert len(b.slot("a0").packets) > count + 5
    check_stream(b, "a0")


def test_a_publisher_that_starts_over_with_new_ssrcs_goes_on_in_the_same_slots(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish("microphone")
    a.publish_simulcast()
    world.relay.set_routes(b.id, [microphone("a0", "a"), camera("v0", "a")], world.now)
    world.run(1)
    # A re-offer, then a page load with keys of its own; both with other SSRCs.
    for start, rekey in ((700_000, False), (800_000, True)):
        a.outgoing.clear()
        if rekey:
            a.rekey()
            world.relay.set_keys(a.id, a.keys, world.now)
        else:
            world.relay.add_peer(a.id, a.media, world.now)
        a.publish("microphone", ssrc=start)
        for n, layer in enumerate("hml"):
            a.publish("camera", layer, ssrc=start + 1 + n, packets_per_frame=3 - n)  # type: ignore[arg-type]
        restarted = world.now
        world.run(1.5)
        assert [p for p in b.slot("a0").in_order() if p.at > restarted + 0.1]
        assert [p for p in b.slot("v0").in_order() if p.at > restarted + 0.7]
    for slot in ("a0", "v0"):
        check_stream(b, slot)
    assert {frame.layer for p, frame in b.frames("v0") if p.at > world.now - 0.5} == {"h"}


def test_a_subscriber_with_new_keys_gets_a_keyframe(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    layers = a.publish_simulcast()
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    world.run(2)
    asked = layers["h"].keyframes_asked
    b.rekey()
    b.received.clear()
    world.relay.set_keys(b.id, b.keys, world.now)
    world.run(0.3)
    assert layers["h"].keyframes_asked == asked + 1
    assert b.frames("v0")[0][1].keyframe


def test_a_dead_path_gets_nothing_and_a_new_one_everything(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish_simulcast()
    a.publish("microphone")
    world.relay.set_routes(b.id, [camera("v0", "a"), microphone("a0", "a")], world.now)
    world.run(1)
    world.relay.set_address(b.id, None)
    sent = sum(address == b.address for _, address in world.sent)
    world.run(0.5)
    assert sum(address == b.address for _, address in world.sent) == sent
    world.relay.set_address(b.id, b.address)
    world.run(0.5)
    assert [p for p in b.slot("a0").in_order() if p.at > world.now - 0.4]
    check_stream(b, "a0")
    check_stream(b, "v0")
    check_frames(b, "v0")


def test_a_moved_peer_is_followed_without_a_break(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish_simulcast()
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    world.run(1)
    asked = a.outgoing[camera_ssrc(a.index, "h")].keyframes_asked
    world.move(b, ("10.9.9.9", 9))
    world.run(1)
    check_stream(b, "v0")
    check_frames(b, "v0")
    assert [p for p in b.slot("v0").in_order() if p.at > world.now - 0.2]
    assert a.outgoing[camera_ssrc(a.index, "h")].keyframes_asked == asked


def test_what_is_sent_or_announced_tells_who_may_have_moved(factory: RelayFactory) -> None:
    world = World(factory)
    a = world.add("a")
    b = world.add("b", media(1, rids=(), announced=True))
    a.publish_simulcast()
    world.run(0.5)

    def rtp(ssrc: int) -> bytes:
        return struct.pack(">BBHII", 0x80, 96, 1, 1, ssrc) + bytes(40)

    def rtcp(ssrc: int) -> bytes:
        return struct.pack(">BBHI", 0x80, 200, 6, ssrc) + bytes(40)

    sent, announced = camera_ssrc(0, "h"), camera_ssrc(1, None)
    for packet in (rtp, rtcp):
        assert list(world.relay.claimants(packet(sent))) == [a.id]
        assert list(world.relay.claimants(packet(announced))) == [b.id]
        assert list(world.relay.claimants(packet(12345))) == []
    assert list(world.relay.claimants(b"\x80\x60")) == []
    world.remove("a")
    assert list(world.relay.claimants(rtp(sent))) == []
