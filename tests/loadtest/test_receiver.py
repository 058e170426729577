"""A slot's counting, over real SRTP: what comes, what is lost, repaired, left out, and what is sampled."""

from __future__ import annotations

import random

import pylibsrtp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.packetize import RTP_HEADER, vp8_descriptor
from loadtest.receiver import NACK_AFTER_S, NACK_EVERY_S, NACK_TRIES, SAMPLE_EVERY, SlotReceiver
from loadtest.stamp import KEYFRAME, Stamp, pack_stamp

SSRC = 77
KEY = bytes(range(28))
PROFILE = pylibsrtp.Policy.SRTP_PROFILE_AEAD_AES_128_GCM


class Seen:
    def __init__(self) -> None:
        self.stamps: list[Stamp] = []
        self.arrivals = 0

    def stamped(self, slot: SlotReceiver, stamp: Stamp, arrived_ns: int) -> None:
        self.stamps.append(stamp)

    def media_arrived(self, slot: SlotReceiver, arrived_ns: int) -> None:
        self.arrivals += 1


class Bench:
    """A slot, and a relay's end that makes its packets."""

    def __init__(self, name: str = "a0") -> None:
        def policy(kind: int) -> pylibsrtp.Policy:
            return pylibsrtp.Policy(key=KEY, ssrc_type=kind, srtp_profile=PROFILE)

        self.sender = pylibsrtp.Session(policy(pylibsrtp.Policy.SSRC_ANY_OUTBOUND))
        receiver = pylibsrtp.Session(policy(pylibsrtp.Policy.SSRC_ANY_INBOUND))
        self.seen = Seen()
        self.slot = SlotReceiver(name, SSRC, self.seen, receiver.unprotect, lambda: 5)

    def audio(self, sequence: int, *, publisher: int = 1, count: int | None = None) -> bytes:
        stamp = pack_stamp(publisher, 0, 0, sequence if count is None else count, 1)
        return self.protect(sequence, b"sound" + stamp, marker=False, rtp_ts=960 * sequence)

    def frame_end(self, sequence: int, *, keyframe: bool, rtp_ts: int = 0) -> bytes:
        """A frame of a single packet."""
        data = bytes((0 if keyframe else 1,)) + b"picture"
        stamp = pack_stamp(1, 3, KEYFRAME if keyframe else 0, sequence, 1)
        return self.protect(sequence, vp8_descriptor(True, 1, 1) + data + stamp, marker=True, rtp_ts=rtp_ts)

    def protect(self, sequence: int, payload: bytes, *, marker: bool, rtp_ts: int) -> bytes:
        header = RTP_HEADER.pack(0x80, 96 | (0x80 if marker else 0), sequence & 0xFFFF, rtp_ts, SSRC)
        protected: bytes = self.sender.protect(header + payload)
        return protected


def test_an_unbroken_stream_loses_nothing_across_the_wrap() -> None:
    bench = Bench()
    for sequence in range(65530, 65550):
        bench.slot.receive(bench.audio(sequence), 0.0)
    slot = bench.slot
    assert (slot.expected, slot.received, slot.lost, slot.left_out) == (20, 20, 0, 0)
    assert (slot.duplicates, slot.undecryptable) == (0, 0)


def test_the_first_packet_and_then_a_sample_are_decrypted() -> None:
    bench = Bench()
    for sequence in range(1 + 3 * SAMPLE_EVERY["audio"]):
        bench.slot.receive(bench.audio(sequence), 0.0)
    assert bench.seen.arrivals == 1
    assert len(bench.seen.stamps) == 1 + 3
    bench.slot.watched = True
    bench.slot.receive(bench.audio(100), 0.0)
    assert len(bench.seen.stamps) == 5


def test_a_gap_is_lost_asked_for_and_repaired() -> None:
    bench = Bench("v0")
    slot = bench.slot
    for sequence in (10, 11, 14):
        slot.receive(bench.frame_end(sequence, keyframe=False), 1.0)
    assert (slot.expected, slot.lost) == (5, 2)
    assert slot.due_nacks(1.0) == ([], False)
    assert slot.due_nacks(1.0 + NACK_AFTER_S) == ([12, 13], False)
    again = RTP_HEADER.pack(0x80, 97, 5, 0, 78) + (12).to_bytes(2, "big") + b"frame"
    assert slot.repair(again)
    assert not slot.repair(again)
    assert not slot.repair(again[:14]), "padding"
    assert (slot.lost, slot.repaired, slot.duplicates) == (1, 1, 1)
    assert slot.due_nacks(1.0 + NACK_AFTER_S + NACK_EVERY_S) == ([13], False)


def test_after_some_tries_a_gap_is_given_up_and_stays_lost() -> None:
    bench = Bench("v0")
    for sequence in (1, 3):
        bench.slot.receive(bench.frame_end(sequence, keyframe=False), 0.0)
    now = NACK_AFTER_S
    for _ in range(NACK_TRIES):
        assert bench.slot.due_nacks(now) == ([2], False)
        now += NACK_EVERY_S
    assert bench.slot.due_nacks(now) == ([], True)
    assert not bench.slot.missing
    assert bench.slot.lost == 1


@given(st.permutations(range(12)), st.integers(0, 65535))
def test_reordering_is_no_loss(order: list[int], start: int) -> None:
    bench = Bench()
    packets = [bench.audio(start + index) for index in range(13)]
    bench.slot.receive(packets[0], 0.0)
    for index in order:
        bench.slot.receive(packets[1 + index], 0.0)
    assert (bench.slot.expected, bench.slot.received, bench.slot.lost) == (13, 13, 0)


@given(st.integers(0, 2**32))
def test_every_packet_that_does_not_come_is_counted(seed: int) -> None:
    bench = Bench()
    chance = random.Random(seed)
    arrived = [0, *(sequence for sequence in range(1, 299) if chance.random() > 0.2), 299]
    for sequence in arrived:
        bench.slot.receive(bench.audio(sequence), 0.0)
    assert bench.slot.lost == 300 - len(arrived)


def test_a_copy_counts_once() -> None:
    bench = Bench()
    packets = [bench.audio(1), bench.audio(2)]
    for packet in (*packets, *packets):
        bench.slot.receive(packet, 0.0)
    assert (bench.slot.received, bench.slot.duplicates) == (2, 2)


def test_a_forged_packet_is_counted_as_undecryptable() -> None:
    bench = Bench()
    bench.slot.receive(bench.audio(1)[:-1] + b"x", 0.0)
    assert bench.slot.undecryptable == 1
    assert not bench.seen.stamps


@pytest.mark.parametrize(("moved", "left_out"), [(False, 4), (True, 0)])
def test_what_the_relay_leaves_out_shows_unless_the_slot_changed(moved: bool, left_out: int) -> None:
    """The publisher's count grows by 14 while the slot's grows by 10."""
    bench = Bench()
    slot = bench.slot
    slot.assign(1, 0.0)
    slot.watched = True
    slot.receive(bench.audio(1, count=101), 0.0)
    slot.receive(bench.audio(11, count=115), 0.2)
    if moved:
        slot.assign(None, 0.3)
        slot.assign(1, 0.4)
    slot.settle(0.5)
    assert slot.left_out == 0
    slot.settle(2.0)
    assert slot.left_out == left_out


def test_another_publisher_in_the_slot_is_no_gap() -> None:
    bench = Bench()
    bench.slot.watched = True
    bench.slot.receive(bench.audio(1, publisher=1, count=1), 0.0)
    bench.slot.receive(bench.audio(2, publisher=2, count=900), 0.0)
    bench.slot.settle(5.0)
    assert bench.slot.left_out == 0


def test_video_arrives_with_its_first_whole_keyframe() -> None:
    bench = Bench("v0")
    bench.slot.receive(bench.frame_end(1, keyframe=False), 0.0)
    assert bench.seen.arrivals == 0
    bench.slot.receive(bench.frame_end(2, keyframe=True, rtp_ts=3600), 0.0)
    assert bench.seen.arrivals == 1
    assert not bench.slot.hunting


def test_a_new_publisher_is_hunted_for_unless_it_was_faster_than_the_message() -> None:
    bench = Bench()
    slot = bench.slot
    slot.receive(bench.audio(1, publisher=4), 0.0)
    slot.assign(4, 0.1)
    assert not slot.hunting
    slot.assign(5, 0.2)
    assert (slot.hunting, slot.hunting_since) == (True, 0.2)


def test_receiver_reports_tell_the_loss_since_the_last_one() -> None:
    bench = Bench()
    for sequence in (1, 2, 3, 8):
        bench.slot.receive(bench.audio(sequence), 0.0)
    assert bench.slot.loss_since_report() == 4 * 256 // 8
    assert bench.slot.loss_since_report() == 0
