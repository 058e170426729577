"""A subscriber's poor path: what it gets follows what it carries, sound first, and nobody else notices."""

from __future__ import annotations

import struct
from dataclasses import replace

import pytest

from classroom.media.model import DownlinkFeedback
from tests.media.contract import check_frames, check_stream
from tests.media.measurement import feedback, remb
from tests.media.room import FAST, Room
from tests.media.synthetic import SyntheticPeer
from tests.media.world import RelayFactory

NARROW_BPS = 300_000.0


def target_bps(room: Room, peer: SyntheticPeer) -> float:
    state = room.world.relay.downlink(peer.id)
    assert state is not None
    return state.target_bps


def dropped(room: Room, peer: SyntheticPeer, reason: str) -> int:
    stats = room.world.relay.stats(peer.id)
    assert stats is not None
    return stats.dropped.get(reason, 0)


def test_a_good_path_carries_everything_within_a_second(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(1)
    assert room.layers("s") == ["h", "h", "h"]
    assert room.queue_s["s"] < 0.1
    room.run(4)
    for slot in ("v0", "v1", "v2"):
        check_stream(peer, slot)
        check_frames(peer, slot)


def test_one_count_numbers_media_repairs_and_padding(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(0.5)
    lost = peer.slot("v0").highest
    peer.request_packets(peer.media.slots[4].ssrc, [lost - 1, lost], room.world.now)
    room.run(2)
    assert peer.measurement is not None
    numbers = peer.measurement.numbers
    assert numbers == list(range(len(numbers)))
    assert peer.slot("v0").duplicates >= 2, "they were repaired"
    assert peer.measurement.padding_packets > 0, "it was probed"


def test_a_fall_of_the_path_is_followed_within_two_seconds_and_sound_goes_on(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(3)
    fallen_at = room.world.now
    room.change_path("s", rate_bps=NARROW_BPS)
    room.run(2)
    room.run(5)
    assert room.queue_s["s"] < 0.3
    for slot in ("a0", "a1", "a2"):
        # A second of queue is full before any feedback can tell; what did not fit into it is lost, of voices too.
        assert room.longest_silence("s", slot, fallen_at) < 0.4
        assert room.longest_silence("s", slot, fallen_at + 1.5) < 0.1
        assert len(peer.slot(slot).gaps()) < 10
    room.run(5)
    assert room.queue_s["s"] < 0.25
    assert 0.6 * NARROW_BPS < target_bps(room, peer) < 1.6 * NARROW_BPS, "half more than what comes, at most"


def test_pictures_stop_altogether_until_the_queue_of_a_fallen_path_is_gone(factory: RelayFactory) -> None:
    room = Room(factory, ("trainer",))
    room.subscribe("s")
    room.run(4)
    fallen_at = room.world.now
    room.change_path("s", rate_bps=NARROW_BPS)
    room.run(0.4)
    assert room.layers("s") == [None], "before the full second of queue that it would become"
    assert room.queue_s["s"] < 0.6
    room.run(0.9)
    room.run(0.7)
    assert room.queue_s["s"] < 0.1
    room.run(8)
    assert room.layers("s") == ["l"], "what fits has come back"
    assert room.queue_s["s"] < 0.15, "and never brought the queue back"
    assert room.longest_silence("s", "a0", fallen_at) < 0.2


def test_a_path_that_recovers_is_used_within_ten_seconds(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(2)
    room.change_path("s", rate_bps=NARROW_BPS)
    room.run(8)
    room.change_path("s", rate_bps=2_000_000.0)
    room.run(10)
    assert target_bps(room, peer) > 0.8 * 2_000_000
    assert room.rate_bps("s", 1) > 0.7 * 2_000_000, "layers are steps: the next one would not fit"
    assert None not in room.layers("s")


def test_at_150_kbit_sound_is_whole_and_the_picture_small_or_honestly_paused(factory: RelayFactory) -> None:
    room = Room(factory, ("trainer", "b"))
    peer = room.subscribe("s", replace(FAST, rate_bps=150_000.0, queue_s=2.0), audio_slots=1)
    room.run(8)
    since = room.world.now
    room.run(12)
    assert room.longest_silence("s", "a0", since) < 0.2
    assert [gap for gap in peer.slot("a0").gaps() if peer.slot("a0").packets[gap - 1].at > since] == []
    assert room.queue_s["s"] < 0.3
    layers, paused = room.layers("s"), room.downlinks.withheld(peer.id, room.world.now)
    assert layers[0] in ("l", None)
    assert layers[1] is None
    assert {f"v{n}" for n, layer in enumerate(layers) if layer is None} == paused


def test_one_bad_path_changes_nothing_for_the_other_fifteen(factory: RelayFactory) -> None:
    def others(bad_bps: float) -> list[list[tuple[int, int, bytes, float]]]:
        room = Room(factory, ("trainer", "b"))
        for n in range(15):
            room.subscribe(f"s{n}")
        room.subscribe("bad")
        room.run(1)
        room.change_path("bad", rate_bps=bad_bps)
        room.run(2)
        return [
            [(packet.sequence, packet.rtp_ts, packet.payload, packet.at) for packet in received.order]
            for name in (f"s{n}" for n in range(15))
            for received in room.world.peers[name].received.values()
        ]

    assert others(4_000_000.0) == others(200_000.0)


@pytest.mark.parametrize("feedback_kind", ["transport-cc", "goog-remb"])
def test_a_path_that_carries_all_that_is_wanted_is_not_probed(
    factory: RelayFactory, feedback_kind: DownlinkFeedback
) -> None:
    room = Room(factory, ("trainer",))
    peer = room.subscribe("s", feedback=feedback_kind, layer="l")
    room.run(2)
    assert peer.measurement is not None
    before = peer.measurement.padding_packets, peer.slot("v0").duplicates
    room.run(5)
    assert (peer.measurement.padding_packets, peer.slot("v0").duplicates) == before


def test_without_transport_feedback_the_subscribers_own_estimate_counts(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s", feedback="goog-remb")
    assert peer.measurement is not None
    room.run(1)
    assert room.layers("s") == ["h", "h", "h"], "nothing is known yet"
    peer.measurement.estimate_bps = 350_000
    room.run(1)
    assert room.layers("s") == ["l", None, None]
    assert room.rate_bps("s", 0.5) < 350_000
    for _ in range(15):
        # An estimate of one's own grows with what is received.
        peer.measurement.estimate_bps = int(1.5 * room.rate_bps("s", 1)) + 10_000
        room.run(1)
    assert room.rate_bps("s", 1) > 1_600_000
    assert None not in room.layers("s")
    assert "l" not in room.layers("s")
    check_frames(peer, "v0")


@pytest.mark.parametrize("estimate_bps", [0, 1, (1 << 81) - 1])
def test_absurd_estimates_are_bounded(factory: RelayFactory, estimate_bps: int) -> None:
    room = Room(factory)
    peer = room.subscribe("s", feedback="goog-remb")
    room.run(1)
    since = room.world.now
    for _ in range(50):
        peer.send_rtcp(remb(estimate_bps, peer.media.slots[0].ssrc), room.world.now)
        room.run(0.02)
    assert 40_000 <= target_bps(room, peer) <= 20_000_000
    assert room.longest_silence("s", "a0", since) < 0.1


def test_floods_of_feedback_are_cut_off_and_counted(factory: RelayFactory) -> None:
    room = Room(factory)
    peer, other = room.subscribe("s"), room.subscribe("other")
    room.run(2)
    absurd = (
        feedback(40_000, 5, 1, [2] * 50, struct.pack(">50h", *range(50)), 1),  # never sent
        feedback(0, 5, 1, [2] * 50, b"", 1),  # deltas missing
        feedback(0, 5, 1, [3] * 50, b"", 1),  # a reserved symbol
        struct.pack(">BBHII", 0x8F, 205, 2, 1, 1),  # nothing at all
    )
    for n in range(2000):
        peer.send_rtcp(absurd[n % len(absurd)], room.world.now)
    room.run(1)
    assert dropped(room, peer, "feedback_flood") > 1500
    assert dropped(room, peer, "feedback_malformed") > 0
    assert dropped(room, peer, "feedback_stale") > 0
    assert dropped(room, other, "feedback_flood") == 0
    assert room.layers("other") == ["h", "h", "h"]
    check_stream(other, "v0")


def test_a_path_that_falls_silent_gets_sound_only_until_it_speaks_again(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(3)
    room.change_path("s", loss=1.0)
    room.run(1.2)
    assert room.layers("s") == [None, None, None]
    room.change_path("s", loss=0.0)
    since = room.world.now
    room.run(6)
    assert room.longest_silence("s", "a0", since) < 0.2
    assert room.layers("s") == ["h", "h", "h"]
    first = next(frame for packet, frame in peer.frames("v0") if packet.at > since)
    assert first.keyframe, "what was lost before the pause is not sent again"
    assert room.queue_s["s"] < 0.1


def test_a_peer_that_moves_is_measured_anew(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(2)
    assert target_bps(room, peer) > 2_000_000
    room.world.move(peer, ("10.0.0.2", 7777))
    room.change_path("s", delay_s=0.15)
    room.run(2)
    assert room.layers("s") == ["h", "h", "h"], "a longer path is not a queue"
    room.world.move(peer, ("10.0.0.2", 7778))
    room.change_path("s", rate_bps=NARROW_BPS)
    room.run(3)
    room.run(1)
    assert room.queue_s["s"] < 0.3


@pytest.mark.parametrize("delay_s", [0.075, 0.15, 0.25])
def test_a_path_that_becomes_longer_takes_nothing_away(factory: RelayFactory, delay_s: float) -> None:
    room = Room(factory, ("trainer",))
    peer = room.subscribe("s")
    room.run(3)
    before_bps = target_bps(room, peer)
    room.change_path("s", delay_s=delay_s)
    room.run(2)
    assert room.layers("s") == ["h"]
    assert room.switches["s"] == 0 or delay_s > 0.2, "so long a jump stops pictures for a moment"
    assert target_bps(room, peer) >= before_bps


def test_new_keys_begin_a_new_count(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(1)
    peer.rekey()
    room.world.relay.set_keys(peer.id, peer.keys, room.world.now)
    assert target_bps(room, peer) <= 600_000


def test_peers_that_tell_nothing_of_their_path_get_what_is_planned(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s", feedback="")
    room.run(1)
    assert room.world.relay.downlink(peer.id) is None
    assert room.layers("s") == ["h", "h", "h"]
    peer.send_rtcp(remb(100_000, 1), room.world.now)
    room.run(0.1)
    assert dropped(room, peer, "feedback_unexpected") == 1


def test_of_several_voices_one_goes_on_while_they_alone_would_keep_a_queue(factory: RelayFactory) -> None:
    room = Room(factory)
    peer = room.subscribe("s")
    room.run(4)
    fallen_at = room.world.now
    room.downlinks.speaking("room", [("b", 1.0)], fallen_at)
    room.change_path("s", rate_bps=150_000.0)
    room.run(2.5)
    room.run(1)
    assert room.queue_s["s"] < 0.3
    assert room.longest_silence("s", "a1", fallen_at + 1) < 0.25, "who spoke loudest"
    silence_s = room.longest_silence("s", "a0", fallen_at)
    assert 0.5 < silence_s < 3
    since = room.world.now
    room.run(5)
    for slot in ("a0", "a1", "a2"):
        assert room.longest_silence("s", slot, since) < 0.2, "all are back"
        assert len(peer.slot(slot).gaps()) < 40, "what a full queue lost before anybody could know"
