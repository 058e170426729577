"""Every relay: what a subscriber says of its path and asks for is read up to a bound, counted beyond it, and harms nobody.

Each flood is sent for a second, by one or several subscribers, in place of what a browser sends; work is counted, not timed.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache

import pytest

from classroom.media.pyrelay.publication import PublicationState
from classroom.media.pyrelay.slot import SlotState
from classroom.media.relay import PeerStats
from tests.media.contract import check_frames, check_stream
from tests.media.room import Room
from tests.media.synthetic import SyntheticPeer
from tests.media.synthetic_packets import camera_ssrc
from tests.media.world import RelayFactory

EVERY_S = 0.02
FLOOD_S = 1.0
PER_TURN = 40
"""2,000 datagrams a second, of the 3,000 that the media port lets through."""
LEAST_BPS, MOST_BPS = 40_000, 20_000_000

Flood = Callable[[SyntheticPeer, int], bytes]
"""The compound with this number."""


def slot_ssrc(peer: SyntheticPeer, name: str = "v0") -> int:
    return next(slot.ssrc for slot in peer.media.slots if slot.name == name)


def stats(room: Room, name: str) -> PeerStats:
    found = room.world.relay.stats(room.world.peers[name].id)
    assert found is not None
    return found


def transport_feedback(base: int, count: int, reference: int, body: bytes) -> bytes:
    fci = struct.pack(">HHI", base & 0xFFFF, count & 0xFFFF, reference & 0xFFFFFF00) + body
    fci += bytes(-len(fci) % 4)
    return struct.pack(">BBHII", 0x8F, 205, 2 + len(fci) // 4, 1, 1) + fci


def absurd_feedback(_: SyntheticPeer, number: int) -> bytes:
    """Deltas that go back and forth, reference times from anywhere, numbers never sent, counts that nothing follows."""
    return (
        transport_feedback(number * 7, 100, number * 0x1234567, b"\x40\x64" + b"\x80\x00\x7f\xff" * 50),
        transport_feedback(number, 60_000, 0, b"\x20\x00"),
        transport_feedback(number, 4096, 0xFFFFFF00, b"\x10\x00"),
        transport_feedback(0, 200, 0x80000000, b"\x20\xc8" + b"\xff" * 200),
    )[number % 4]


def estimates(peer: SyntheticPeer, number: int) -> bytes:
    """REMB of nothing, of 2^63 and of what no field can hold more of."""
    value = (0, 45 << 18 | 0x3FFFF, 0xFFFFFF)[number % 3]
    body = b"REMB" + struct.pack(">I", 1 << 24 | value) + struct.pack(">I", slot_ssrc(peer))
    return struct.pack(">BBHII", 0x8F, 206, 5, 1, 0) + body


def every_packet_again(peer: SyntheticPeer, number: int) -> bytes:
    """Asks for 5,440 of all 65,536 numbers, in each of the slots in turn."""
    fields = b"".join(struct.pack(">HH", (number * 5440 + 17 * at) & 0xFFFF, 0xFFFF) for at in range(320))
    ssrc = slot_ssrc(peer, ("v0", "a0", "v1")[number % 3])
    return struct.pack(">BBHII", 0x81, 205, 2 + len(fields) // 4, 1, ssrc) + fields


def keyframes_in_bulk(peer: SyntheticPeer, number: int) -> bytes:
    """64 PLI in one datagram, or a FIR with 31 entries."""
    ssrc = slot_ssrc(peer)
    if number % 2:
        return struct.pack(">BBHII", 0x81, 206, 2, 1, ssrc) * 64
    entries = b"".join(struct.pack(">II", ssrc, (number + at & 0xFF) << 24) for at in range(31))
    return struct.pack(">BBHII", 0x84, 206, 2 + len(entries) // 4, 1, 0) + entries


def reports(peer: SyntheticPeer, number: int) -> bytes:
    """All is lost, nothing is, and round trips of hours."""
    block = struct.pack(
        ">IIIIII", slot_ssrc(peer), (number & 1) * 0xFF7FFFFF, number << 16, 2**32 - 1, number, 0
    )
    return struct.pack(">BBHI", 0x9F, 201, 1 + 6 * 31, 1) + block * 31


FLOODS: dict[str, tuple[Flood, str]] = {
    "feedback": (absurd_feedback, "feedback_flood"),
    "estimates": (estimates, "feedback_flood"),
    "nacks": (every_packet_again, "nack_flood"),
    "key frames": (keyframes_in_bulk, "keyframe_flood"),
    "reports": (reports, "control_flood"),
}


UNSEEN = ("nacks", "reports")
"""The others change the layers of who sends them, and so bring the publisher a few key frames more, which everybody sees."""


@cache
def lesson(
    factory: RelayFactory, flood: Flood | None
) -> tuple[Room, dict[str, list[tuple[int, int, bytes]]]]:
    """Two that publish, two neighbours, and two that flood; what came to the neighbours."""
    room = Room(factory, ("trainer", "b"))
    for name in ("near", "far"):
        room.subscribe(name)
    remb = flood is estimates
    floods = [
        room.subscribe(bad, feedback="goog-remb" if remb else "transport-cc") for bad in ("bad", "worse")
    ]
    room.run(2)
    number = 0
    end = room.world.now + FLOOD_S
    while room.world.now < end:
        for peer in floods:
            for _ in range(0 if flood is None else PER_TURN):
                assert flood is not None
                number += 1
                peer.send_rtcp(flood(peer, number), room.world.now)
        room.run(EVERY_S)
    room.run(1)
    came = {
        name: [
            (packet.sequence, packet.rtp_ts, packet.payload)
            for slot in ("v0", "v1", "a0", "a1")
            for packet in room.world.peers[name].slot(slot).order
        ]
        for name in ("near", "far")
    }
    return room, came


@pytest.mark.parametrize("flood_name", FLOODS)
def test_a_flood_is_bounded_counted_and_no_neighbours_affair(factory: RelayFactory, flood_name: str) -> None:
    flood, reason = FLOODS[flood_name]
    room, came = lesson(factory, flood)
    for bad in ("bad", "worse"):
        found = stats(room, bad)
        assert found.dropped[reason] > 100
        assert found.retransmitted_packets <= 2 * (256 + 500 * (FLOOD_S + 1)), (
            "sound and pictures have a budget each"
        )
        assert found.estimate_bps is not None
        assert LEAST_BPS <= found.estimate_bps <= MOST_BPS
    for name in ("near", "far"):
        assert not stats(room, name).dropped.keys() & {
            "control_flood", "feedback_flood", "keyframe_flood", "nack_flood", "retransmit_budget"
        }  # fmt: skip
        peer = room.world.peers[name]
        for slot in ("v0", "v1", "a0", "a1"):
            check_stream(peer, slot)
        check_frames(peer, "v0")
        assert room.layers(name) == ["h", "h"]
    if flood_name in UNSEEN:
        assert came == lesson(factory, None)[1]


def test_publishers_hear_of_a_storm_for_key_frames_twice_a_second(factory: RelayFactory) -> None:
    quiet, _ = lesson(factory, None)
    room, _ = lesson(factory, keyframes_in_bulk)
    index = room.world.peers["trainer"].index
    for layer in ("h", "m", "l"):
        ssrc = camera_ssrc(index, layer)
        asked, usual = (each.world.peers["trainer"].outgoing[ssrc].keyframes_asked for each in (room, quiet))
        assert asked - usual <= 2 * (FLOOD_S + 1) + 1, "what was sent in a second takes two on the way"
    asked_for = stats(room, "bad").keyframes_wanted
    assert asked_for > 1000, "all of them are counted"


def test_what_is_dropped_costs_no_look_up(factory: RelayFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work follows the bounds, not what is sent: how often a packet is looked up, and how many key frames are thought about."""
    looked_up: dict[str, int] = {"sent": 0, "remembered": 0, "keyframe_wanted": 0}

    def count(owner: type, method: str) -> None:
        original = getattr(owner, method)

        def counting(self: object, *arguments: object) -> object:
            looked_up[method] += 1
            return original(self, *arguments)

        monkeypatch.setattr(owner, method, counting)

    count(SlotState, "sent")
    count(SlotState, "remembered")
    count(PublicationState, "keyframe_wanted")
    lesson.__wrapped__(factory, every_packet_again)
    assert looked_up["sent"] + looked_up["remembered"] <= 2 * (10_000 + 4000 * (FLOOD_S + 1))
    lesson.__wrapped__(factory, keyframes_in_bulk)
    assert looked_up["keyframe_wanted"] <= 2 * (100 + 50 * (FLOOD_S + 1))
