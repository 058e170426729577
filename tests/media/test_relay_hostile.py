"""Every relay: nothing leaks across routes, and what a peer sends harms nobody else."""

from __future__ import annotations

import struct
from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.media.contract import camera, check_frames, check_stream, microphone, two
from tests.media.synthetic import SyntheticPeer
from tests.media.synthetic_packets import (
    EXTENSIONS,
    VP8,
    camera_ssrc,
    microphone_ssrc,
    read_audio,
    rtp,
    video_payload,
)
from tests.media.world import RelayFactory, World
from tests.network.impairment import Impairment


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_leaks_across_routes(factory: RelayFactory, data: st.DataObject) -> None:
    """Random routes, changed while packets fly and get lost: a slot never carries what is not routed to it then."""
    world = World(factory, data.draw(st.integers(0, 1000)), Impairment(loss=0.05))
    names = "abcd"
    peers = {name: world.add(name) for name in names}
    for peer in peers.values():
        peer.publish("microphone")
        peer.publish("camera", "h", packets_per_frame=2)
    choices = st.tuples(st.sampled_from(names), st.sampled_from([*names, None]))
    allowed: dict[str, dict[str, int | None]] = {name: {} for name in names}
    for _ in range(data.draw(st.integers(2, 6))):
        for peer in peers.values():
            peer.drain(world.now)
        before = {name: len(peers[name].slot("v0").order) for name in names}
        heard_before = {name: len(peers[name].slot("a0").order) for name in names}
        for name, publisher in data.draw(st.lists(choices, max_size=4, unique_by=lambda choice: choice[0])):
            allowed[name] = {"v0": None, "a0": None}
            routes = []
            if publisher is not None:
                index = peers[publisher].index
                allowed[name] = {"v0": index, "a0": index}
                routes = [camera("v0", publisher), microphone("a0", publisher)]
            world.relay.set_routes(peers[name].id, routes, world.now)
        world.run(data.draw(st.sampled_from([0.03, 0.1, 0.4])))
        for name in names:
            seen = {read_audio(p.payload)[0] for p in peers[name].slot("a0").order[heard_before[name] :]}
            assert seen <= {allowed[name].get("a0")}
            order = peers[name].slot("v0").order[before[name] :]
            shown = {int(p.payload[7 : p.payload.index(b"/", 7)]) for p in order}
            assert shown <= {allowed[name].get("v0")}


def test_keyframe_storms_are_throttled(factory: RelayFactory) -> None:
    world = World(factory)
    a = world.add("a")
    viewers = [world.add(f"b{n}") for n in range(5)]
    h = a.publish_simulcast()["h"]
    for viewer in viewers:
        world.relay.set_routes(viewer.id, [camera("v0", "a")], world.now)
    world.run(1)
    asked, start = h.keyframes_asked, world.now
    while world.now < start + 5:
        for viewer in viewers:
            viewer.request_keyframe(10_000 * (viewer.index + 1) + 100, world.now)
        world.run(0.02)
    assert 9 <= h.keyframes_asked - asked <= 11
    for viewer in viewers:
        check_stream(viewer, "v0")


def test_retransmission_storms_are_capped(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    b.sends_nacks = False
    a.publish("camera", "h", packets_per_frame=8)
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    world.run(3)
    slot = b.slot("v0")
    ssrc = next(slot.ssrc for slot in b.media.slots if slot.name == "v0")
    sent = len(world.sent)
    start = world.now
    while world.now < start + 1:
        highest = slot.highest
        for at in range(0, 400, 200):
            b.request_packets(ssrc, range(highest - at - 200, highest - at), world.now)
        world.run(0.02)
    repeats = Counter(packet.sequence for packet in slot.order if packet.repaired)
    assert repeats
    assert max(repeats.values()) <= 10
    stats = world.relay.stats(b.id)
    assert stats is not None
    assert stats.retransmitted_packets <= 256 + 600
    assert stats.dropped["retransmit_budget"] > 0
    assert len(world.sent) - sent < 2000
    # What was never sent is not made up either.
    b.request_packets(ssrc, range(slot.highest + 500, slot.highest + 600), world.now)
    before = stats.retransmitted_packets
    world.run(0.1)
    after = world.relay.stats(b.id)
    assert after is not None
    assert after.retransmitted_packets <= before + 60


def test_ssrcs_are_capped_and_idle_ones_make_room(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish("microphone")
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(0.5)
    for n in range(200):
        a.send(rtp(VP8, 1, 1, 900_000 + n, video_payload(0, "h", 0, 0, True, 1, 200)), world.now)
    world.run(0.2)
    stats = world.relay.stats(a.id)
    assert stats is not None
    assert stats.dropped["ssrc_cap"] >= 160
    world.run(31)
    a.publish_simulcast()
    world.relay.set_routes(b.id, [microphone("a0", "a"), camera("v0", "a")], world.now)
    world.run(0.5)
    check_frames(b, "v0")
    check_stream(b, "a0")


def test_the_ssrcs_of_another_are_of_no_use(factory: RelayFactory) -> None:
    world = World(factory)
    a, b, c = (world.add(name) for name in "abc")
    a.publish("microphone")
    world.relay.set_routes(c.id, [microphone("a0", "a")], world.now)
    world.run(0.3)
    b.publish("microphone", ssrc=microphone_ssrc(a.index))
    world.run(0.5)
    assert {read_audio(packet.payload)[0] for packet in c.slot("a0").in_order()} == {a.index}
    check_stream(c, "a0")


def valid_prefix(a: SyntheticPeer) -> st.SearchStrategy[bytes]:
    """RTP and RTCP that begins well and then is anything."""
    ssrcs = st.sampled_from([microphone_ssrc(a.index), camera_ssrc(a.index, "h"), 1, 0xFFFFFFFF])
    return st.one_of(
        st.builds(
            lambda first, second, seq, ssrc, rest: struct.pack(">BBHII", 0x80 | first, second, seq, 0, ssrc) + rest,
            st.integers(0, 0x3F), st.sampled_from([VP8, 0x80 | VP8, 97, 111, 63, 5]), st.integers(0, 0xFFFF), ssrcs,
            st.binary(max_size=60),
        ),
        st.builds(
            lambda number, seq, ssrc, extensions, payload, padding: rtp(
                number, seq, 0, ssrc, payload, extensions=extensions, padding=padding
            ),
            st.sampled_from([VP8, 97, 111]), st.integers(0, 0xFFFF), ssrcs,
            st.lists(st.tuples(st.integers(1, 14), st.binary(min_size=1, max_size=16)), max_size=4),
            st.binary(max_size=40), st.sampled_from([0, 1, 4, 255]),
        ),
        st.builds(
            lambda count, kind, words, ssrc, rest: struct.pack(">BBHI", 0x80 | count, kind, words, ssrc) + rest,
            st.integers(0, 0x3F), st.sampled_from([200, 201, 202, 203, 205, 206, 207]), st.integers(0, 20), ssrcs,
            st.binary(max_size=80),
        ),
    )  # fmt: skip


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_hostile_packets_harm_nobody_else(factory: RelayFactory, data: st.DataObject) -> None:
    world = World(factory)
    a, b, c = (world.add(name) for name in "abc")
    b.publish("microphone")
    b.publish("camera", "h")
    world.relay.set_routes(
        c.id, [microphone("a0", "b"), camera("v0", "b"), microphone("a1", "a"), camera("v1", "a")], world.now
    )
    world.run(0.1)
    for packet in data.draw(st.lists(valid_prefix(a), min_size=1, max_size=30)):
        try:
            if 64 <= packet[1] & 0x7F < 96:
                a.send_rtcp(packet, world.now)
            else:
                a.send(packet, world.now)
        except Exception:  # libsrtp would not even protect it
            world.relay.receive(a.id, packet, world.now)
        world.run(0.005)
    for garbage in data.draw(st.lists(st.binary(max_size=100), max_size=10)):
        world.relay.receive(a.id, garbage, world.now)
    world.run(0.3)
    for slot in ("a0", "v0"):
        check_stream(c, slot)
    check_frames(c, "v0")
    assert len([p for p in c.slot("a0").in_order() if p.at > world.now - 0.2]) >= 9


def test_unauthentic_packets_are_counted_and_dropped(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    a.publish("microphone")
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(0.2)
    genuine = a._out.protect(
        rtp(111, a.outgoing[microphone_ssrc(0)].sequence, 0, microphone_ssrc(0), b"x" * 40)
    )
    forged = genuine[:-1] + bytes([genuine[-1] ^ 1])
    before = len(world.sent)
    for datagram in (forged, forged[:11], b"", b"\x80", b"\x80\xc8" + bytes(20), bytes(3000)):
        world.relay.receive(a.id, datagram, world.now)
    assert len(world.sent) == before
    stats = world.relay.stats(a.id)
    assert stats is not None
    assert stats.dropped["srtp"] >= 2
    assert stats.dropped["malformed"] >= 3
    world.run(0.2)
    check_stream(b, "a0")


def test_replayed_datagrams_are_dropped(factory: RelayFactory) -> None:
    world = World(factory, 4)
    a = world.add("a", conditions=Impairment(delay_s=0.01, duplicate=1.0))
    b = world.add("b")
    sound = a.publish("microphone")
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    world.run(1)
    assert len(b.slot("a0").order) <= sound.packets
    assert b.slot("a0").duplicates == 0


def test_extensions_of_hostile_length_do_not_name_a_stream(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    for name in (b"h" * 16, b"\xff", b"x"):
        extensions = [(EXTENSIONS.mid, b"1"), (EXTENSIONS.rid, name)]
        payload = video_payload(0, "h", 0, 0, True, 1, 100)
        a.send(rtp(VP8, 1, 1, 4242, payload, extensions=extensions), world.now)
        world.run(0.05)
    assert not b.received
