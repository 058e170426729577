"""Every relay: losses are repaired, padding vanishes, reports and feedback tell the truth."""

from __future__ import annotations

import struct

import pytest

from tests.media.contract import LOSSY, camera, check_frames, check_stream, microphone, two
from tests.media.netem import PERFECT
from tests.media.room import Room
from tests.media.synthetic_packets import (
    media,
)
from tests.media.world import RelayFactory, World
from tests.network.impairment import Impairment


@pytest.mark.parametrize("seed", range(6))
def test_losses_on_both_hops_are_repaired(factory: RelayFactory, seed: int) -> None:
    world = two(factory, LOSSY, seed)
    a, b = world.peers["a"], world.peers["b"]
    a.publish_simulcast()
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    world.run(4)
    for outgoing in a.outgoing.values():
        outgoing.active = False
    world.run(1)
    assert a.up.lost > 10
    assert b.down.lost > 5
    check_stream(b, "v0")
    check_frames(b, "v0")
    stats = world.relay.stats(a.id)
    assert stats is not None
    (top,) = [stream for stream in stats.received if stream.layer == "h"]
    assert top.repaired > 5
    assert top.lost <= 5, "only what was lost before anybody wanted the layer"
    subscriber = world.relay.stats(b.id)
    assert subscriber is not None
    assert subscriber.retransmitted_packets > 5


def test_nothing_is_asked_for_again_while_much_is_unread(factory: RelayFactory) -> None:
    world = two(factory, LOSSY)
    a, b = world.peers["a"], world.peers["b"]
    a.publish_simulcast()
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    world.run(1)

    def asked() -> int:
        return sum(outgoing.nacks for outgoing in a.outgoing.values())

    world.behind = True
    world.run(0.1)  # what was under way arrives
    before = asked()
    world.run(4)
    assert asked() == before
    world.behind = False
    world.run(0.1)
    assert asked() - before <= 6, "what has been missing for long is not asked for in one go"
    world.run(4)
    assert asked() - before > 12


def test_padding_is_never_forwarded_and_leaves_no_gap(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    h = a.publish_simulcast()["h"]
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    for _ in range(60):
        world.run(0.02)
        for _ in range(world.random.randrange(4)):
            h.pad(world.now)
    check_stream(b, "v0")
    check_frames(b, "v0")
    stats = world.relay.stats(a.id)
    assert stats is not None
    assert stats.dropped["padding"] > 50


def test_late_padding_fills_its_number(factory: RelayFactory) -> None:
    world = World(factory, 3)
    a = world.add("a", conditions=Impairment(delay_s=0.01, reorder=0.2, reorder_by_s=0.012))
    b = world.add("b")
    h = a.publish("camera", "h")
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    for _ in range(100):
        world.run(0.02)
        h.pad(world.now)
    h.active = False
    world.run(0.5)
    check_stream(b, "v0")
    check_frames(b, "v0")


def test_an_unanswered_keyframe_request_is_repeated(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    m = a.publish("camera", "m")
    world.run(2)
    a.down.impairment = Impairment(loss=1.0)
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    world.run(1.2)
    assert m.keyframes_asked == 0
    a.down.impairment = PERFECT
    world.run(0.6)
    assert m.keyframes_asked >= 1
    assert b.frames("v0")[0][1].keyframe


def test_transport_wide_feedback_tells_every_arrival(factory: RelayFactory) -> None:
    world = two(factory)
    a = world.peers["a"]
    a.publish("microphone")
    a.publish_simulcast()
    world.run(2)
    feedbacks = a.parts(205, 15)
    assert 15 <= len(feedbacks) <= 45
    reported = 0
    for _, body in feedbacks:
        _, media_ssrc, _, count = struct.unpack_from(">IIHH", body)
        assert media_ssrc in a.outgoing, "Chromium ignores feedback on an SSRC that it does not send"
        reported += count
    assert reported >= a.transport_sequence - 30


def test_a_peer_without_transport_wide_feedback_gets_an_estimate(factory: RelayFactory) -> None:
    world = World(factory)
    a = world.add("a", media(0, transport_cc=False, remb=True))
    a.publish_simulcast()
    world.run(2)
    assert not a.parts(205, 15)
    estimates = [body for _, body in a.parts(206, 15) if body[8:12] == b"REMB"]
    assert estimates
    bits = int.from_bytes(estimates[0][12:16], "big")
    assert (bits & 0x3FFFF) << (bits >> 18 & 0x3F) >= 3_000_000
    assert {struct.unpack_from(">I", estimates[0], 16 + 4 * n)[0] for n in range(bits >> 24)} <= set(
        a.outgoing
    )


def test_sender_reports_keep_sound_and_picture_together(factory: RelayFactory) -> None:
    """A slot's report maps one instant of the publisher to one instant of ours, for both of its streams."""
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    sound = a.publish("microphone")
    picture = a.publish("camera", "h")
    world.relay.set_routes(b.id, [microphone("a0", "a"), camera("v0", "a")], world.now)
    world.run(0.5)
    for _ in range(4):
        # Both are at the same instant of the publisher's clock, an hour and a bit away from ours.
        ntp = world.now + 4000.0
        a.sender_report(sound.ssrc, ntp, sound.rtp_ts, world.now)
        a.sender_report(picture.ssrc, ntp, picture.rtp_ts, world.now)
        captured = sound.rtp_ts, picture.rtp_ts
        world.run(0.5)
    reports = {}
    for _, body in b.parts(200):
        ssrc, ntp_bits, rtp_ts = struct.unpack_from(">IQI", body)
        reports[ssrc] = ntp_bits / 2**32, rtp_ts
    ssrcs = {slot.name: slot.ssrc for slot in b.media.slots}
    offsets = {}
    for name, outgoing, rate, last in (
        ("a0", sound, 48_000, captured[0]),
        ("v0", picture, 90_000, captured[1]),
    ):
        ntp, rtp_ts = reports[ssrcs[name]]
        first = b.slot(name).in_order()[-1]
        # From the slot's timestamps to the publisher's: the newest packet is known in both.
        shift = (outgoing.rtp_ts - (960 if name == "a0" else 3600)) - first.rtp_ts
        offsets[name] = ntp - ((rtp_ts + shift - last) % 2**32) / rate if (rtp_ts + shift - last) % 2**32 < 2**31 else (
            ntp + ((last - rtp_ts - shift) % 2**32) / rate
        )  # fmt: skip
    assert offsets["a0"] == pytest.approx(offsets["v0"], abs=0.025)


def test_receiver_reports_tell_loss_and_round_trip(factory: RelayFactory) -> None:
    world = two(factory)
    a, b = world.peers["a"], world.peers["b"]
    sound = a.publish("microphone")
    world.relay.set_routes(b.id, [microphone("a0", "a")], world.now)
    a.up.impairment = Impairment(delay_s=0.01, loss=0.25)
    world.run(6)
    blocks = [body[4:] for _, body in a.parts(201) if len(body) >= 28]
    ssrc, lost = struct.unpack_from(">II", blocks[-1])
    assert ssrc == sound.ssrc
    assert (lost & 0xFFFFFF) == pytest.approx(a.up.lost, abs=20)
    # The subscriber reports on us.
    when, report = b.parts(200)[-1]
    slot_ssrc, ntp = struct.unpack_from(">IQ", report)
    delay = int((world.now - when) * 65536)
    body = struct.pack(">BBHI", 0x81, 201, 7, 1)
    body += struct.pack(">IIIIII", slot_ssrc, 64 << 24, 0, 0, ntp >> 16 & 0xFFFFFFFF, delay)
    b.send_rtcp(body, world.now)
    world.run(0.05)
    stats = world.relay.stats(b.id)
    assert stats is not None
    assert stats.fraction_lost == pytest.approx(0.25)
    assert stats.round_trip_ms == pytest.approx(20, abs=12)


def test_who_speaks_is_told_loudest_first(factory: RelayFactory) -> None:
    world = World(factory)
    levels = {"a": 15, "b": 25, "c": 60, "d": 127}
    for name, level in levels.items():
        world.add(name).publish("microphone").level = level
    world.run(1)
    speaking = world.relay.speakers("room", world.now)
    assert [name for name, _ in speaking] == ["a", "b"]
    assert all(0 < loudness <= 1 for _, loudness in speaking)
    world.relay.set_enabled(world.peers["a"].id, frozenset({"camera"}))
    assert [name for name, _ in world.relay.speakers("room", world.now)] == ["b"]
    world.peers["b"].outgoing.clear()
    world.run(1)
    assert world.relay.speakers("room", world.now) == ()
    assert world.relay.speakers("elsewhere", world.now) == ()


def test_over_a_long_lossy_way_a_picture_hardly_ever_waits_for_a_second_round_trip(
    factory: RelayFactory,
) -> None:
    room = Room(factory, ("trainer",))
    path = Impairment(loss=0.1, delay_s=0.075)
    peer = room.subscribe("s", path, audio_slots=1)
    peer.up.impairment = Impairment(delay_s=0.075)
    for _ in range(20):
        room.run(1)
        peer.report_blocks(room.world.now)
    arrivals: dict[int, float] = {}
    for packet in peer.slot("v0").order:
        arrivals.setdefault(packet.sequence, packet.at)
    started = room.world.now - 16
    times = [arrivals[number] for number in sorted(arrivals) if arrivals[number] > started]
    # In the order of the numbers: how long what came before waits for a packet.
    waits = [max(0.0, times[at] - times[at + 5]) for at in range(len(times) - 5)]
    assert sum(wait > 0.05 for wait in waits) > 20, "much is repaired"
    assert sum(wait > 0.25 for wait in waits) <= 2
