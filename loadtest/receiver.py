"""What arrives in one slot: sequence numbers of every packet, contents of a sample.

A slot is one SSRC whose sequence numbers the relay keeps continuous whatever it carries, and they are in
clear. So loss is exact without decrypting: a number that never came, neither at first nor repaired by
retransmission, is lost. Every `SAMPLE_EVERY`-th stamped packet is decrypted for its stamp: when it was
sent, by whom, and the publisher's own count, which must have grown by as much as the slot's since the last
sample (else the relay left packets out). While something is awaited (`hunting` a first packet or keyframe,
`watched` during a move) every packet is decrypted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from struct import unpack_from
from typing import Protocol

import pylibsrtp

from loadtest.packetize import rtp_payload, vp8_is_keyframe_start
from loadtest.stamp import Stamp, read_stamp

SAMPLE_EVERY = {"audio": 10, "video": 4}
"""Of stamped packets: all in audio, the last of each frame in video."""

NACK_AFTER_S = 0.02
NACK_EVERY_S = 0.1
NACK_TRIES = 4
"""A browser's habit, roughly: the first soon, then once per round trip with patience, then a keyframe
instead.
"""
_MISSING_MAX = 500
_BIG_JUMP = 3000
_SETTLE_S = 1.0


Tap = Callable[["SlotReceiver", bytes, bytes, int], object]
"""`tap(slot, header, payload, arrived_ns)`: every packet of a slot, decrypted, repaired ones in their original form."""


class SlotObserver(Protocol):
    """The participant whose slot it is."""

    def stamped(self, slot: SlotReceiver, stamp: Stamp, arrived_ns: int) -> None:
        """A packet with a stamp was decrypted."""

    def media_arrived(self, slot: SlotReceiver, arrived_ns: int) -> None:
        """First audio packet, or first packet that completes a keyframe, since `hunting` was set."""


@dataclass(slots=True)
class _Missing:
    due: float
    tries: int = 0


@dataclass(slots=True)
class _LeftOut:
    """Packets the relay seems to have left out; counted once no change of the slot explains them."""

    at: float
    packets: int
    generation: int


class SlotReceiver:
    """`arrival_ns()`: when the datagram read last reached this host, Unix nanoseconds."""

    def __init__(
        self,
        name: str,
        ssrc: int,
        observer: SlotObserver,
        unprotect: Callable[[bytes], bytes],
        arrival_ns: Callable[[], int],
    ) -> None:
        self.name = name
        self.media = "audio" if name.startswith("a") else "video"
        self.ssrc = ssrc
        self.publisher: int | None = None
        """Number of the participant in the slot, as `media.slots` tells."""
        self.hunting = True
        """Nothing usable came yet of what is in the slot now: no audio packet, or no whole keyframe."""
        self.hunting_since = 0.0
        self.watched = False
        self.tap: Tap | None = None
        self.first = -1
        self.highest = -1
        """Extended sequence numbers (RFC 3550 appendix A.1); -1: nothing came yet."""
        self.received = 0
        """Packets at their first arrival, repaired ones included."""
        self.repaired = 0
        self.duplicates = 0
        self.bytes = 0
        self.undecryptable = 0
        self.left_out = 0
        self.last_sr = 0
        self.last_sr_at = 0.0
        self._observer = observer
        self._unprotect = unprotect
        self._arrival_ns = arrival_ns
        self._audio = self.media == "audio"
        self._sample_every = SAMPLE_EVERY[self.media]
        self._countdown = 1
        self.missing: dict[int, _Missing] = {}
        self._keyframe_ts: int | None = None
        self._seen: int | None = None
        """Number in the last stamp."""
        self._baseline: tuple[Stamp, int] | None = None
        self._generation = 0
        self._left_outs: list[_LeftOut] = []
        self._reported_expected = 0
        self._reported_received = 0

    @property
    def expected(self) -> int:
        return self.highest - self.first + 1 if self.highest >= 0 else 0

    @property
    def lost(self) -> int:
        return max(0, self.expected - self.received)

    def assign(self, publisher: int | None, now: float) -> None:
        """`media.slots` says that the participant of this number is in the slot now (None: nobody)."""
        if publisher == self.publisher:
            return
        self.publisher = publisher
        self._generation += 1
        self._baseline = None
        if publisher is None or publisher != self._seen:  # else: the media was faster than the message
            self.hunting = True
            self.hunting_since = now
            self._keyframe_ts = None

    def receive(self, datagram: bytes, now: float) -> None:
        """An SRTP packet of this slot's SSRC, still protected."""
        highest = self.highest
        sequence = datagram[2] << 8 | datagram[3]
        ahead = (sequence - highest) & 0xFFFF
        if ahead == 1 and highest >= 0:
            self.highest = highest + 1
        elif highest < 0:
            self.first = self.highest = sequence + 0x10000  # room for what overtook the first
        elif 0 < ahead < _BIG_JUMP:
            self._gap(highest + 1, highest + ahead, now)
            self.highest = highest + ahead
        elif not self._take_late(highest - ((highest - sequence) & 0xFFFF)):
            return
        self.received += 1
        self.bytes += len(datagram)
        marker = datagram[1] & 0x80
        if self.hunting or self.watched or self.tap is not None:
            self._inspect(datagram, marker, now)
        elif self._audio or marker:
            self._countdown -= 1
            if self._countdown <= 0:
                self._countdown = self._sample_every
                self._inspect(datagram, marker, now)

    def repair(self, packet: bytes) -> bool:
        """A retransmission arrived (RFC 4588 section 4), decrypted. False if nothing was missing."""
        payload = rtp_payload(packet)
        if len(payload) <= 2:
            return False
        original_sequence = int.from_bytes(payload[:2], "big")
        extended = self.highest - ((self.highest - original_sequence) & 0xFFFF)
        if self.missing.pop(extended, None) is None:
            self.duplicates += 1
            return False
        self.received += 1
        self.repaired += 1
        if self.tap is not None:
            self.tap(self, packet[:2] + payload[:2] + packet[4:12], payload[2:], self._arrival_ns())
        return True

    def _gap(self, first: int, end: int, now: float) -> None:
        for sequence in range(first, end):
            if len(self.missing) >= _MISSING_MAX:
                del self.missing[next(iter(self.missing))]
            self.missing[sequence] = _Missing(due=now + (0 if self._audio else NACK_AFTER_S))

    def _take_late(self, extended: int) -> bool:
        if self.missing.pop(extended, None) is not None:
            return True
        self.duplicates += 1
        return False

    def due_nacks(self, now: float) -> tuple[list[int], bool]:
        """Sequence numbers to ask for now, ascending, and whether some were given up (then: a keyframe)."""
        asked, given_up = [], []
        for sequence, missing in self.missing.items():
            if now < missing.due:
                continue
            if missing.tries >= NACK_TRIES:
                given_up.append(sequence)
            else:
                missing.tries += 1
                missing.due = now + NACK_EVERY_S
                asked.append(sequence & 0xFFFF)
        for sequence in given_up:
            del self.missing[sequence]
        return asked, bool(given_up)

    def settle(self, now: float) -> None:
        """Counts or forgets the packets that the relay seemed to leave out."""
        while self._left_outs and now - self._left_outs[0].at > _SETTLE_S:
            each = self._left_outs.pop(0)
            if each.generation == self._generation:
                self.left_out += each.packets

    def loss_since_report(self) -> int:
        """Fraction lost since the last call, in 1/256 (RFC 3550 appendix A.3)."""
        expected = self.expected - self._reported_expected
        lost = expected - (self.received - self._reported_received)
        self._reported_expected, self._reported_received = self.expected, self.received
        return 0 if expected <= 0 or lost <= 0 else min(255, (lost << 8) // expected)

    def _inspect(self, datagram: bytes, marker: int, now: float) -> None:
        arrived_ns = self._arrival_ns()
        try:
            packet = self._unprotect(datagram)
        except pylibsrtp.Error:
            self.undecryptable += 1
            return
        payload = rtp_payload(packet)
        if self.tap is not None:
            self.tap(self, packet[:12], payload, arrived_ns)
        stamp = read_stamp(payload) if self._audio or marker else None
        if self.hunting and self._hunted(datagram, payload, marker):
            self.hunting = False
            self._observer.media_arrived(self, arrived_ns)
        if stamp is not None:
            self._seen = stamp.publisher
            self._compare(stamp, now)
            self._observer.stamped(self, stamp, arrived_ns)

    def _hunted(self, datagram: bytes, payload: bytes, marker: int) -> bool:
        """Whether the first audio packet, or the end of a keyframe, has come."""
        if self._audio:
            return True
        (rtp_ts,) = unpack_from("!I", datagram, 4)
        if vp8_is_keyframe_start(payload):
            self._keyframe_ts = rtp_ts
        return bool(marker) and self._keyframe_ts == rtp_ts and not self.missing

    def _compare(self, stamp: Stamp, now: float) -> None:
        """Both counts must have grown alike since the last sample of the same stream."""
        baseline, self._baseline = self._baseline, (stamp, self.highest)
        if baseline is None:
            return
        before, highest = baseline
        if before.publisher == stamp.publisher and before.stream == stamp.stream:
            left_out = (stamp.sequence - before.sequence) - (self.highest - highest)
            if left_out > 0:
                self._left_outs.append(_LeftOut(now, left_out, self._generation))
