"""Audio against loss, hop by hop: what a publisher's RED brings back, and how much redundancy a subscriber is given.

A frame that RED or a retransmission brought back is relayed like any other. Redundancy towards subscribers is made after that,
only for those who lose packets, as deep as their loss asks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from classroom.media.pyrelay.cache import CachedPacket, PacketCache
from classroom.media.pyrelay.red import MAX_BLOCK_BYTES, Block, wrap

if TYPE_CHECKING:
    from classroom.media.pyrelay.stream import Stream

MAX_BACK_TICKS = 5760
"""120 ms at 48 kHz: what was said before a longer pause is played already."""
DEEPEST = 3
AUDIO_SHARE = 0.75
"""Of what a path carries, for voices with their redundancy: they come before all pictures."""
FREE_BPS, QUEUEING_BPS = 600_000, 140_000
"""A path without a queue is taken to carry at least as much as one of which nothing is known yet; with a queue, a voice and a
frame more. Estimates may be lower: little was sent, much was lost at random, or the round trip grew without any queue."""
FRAMES_BPS, PACKETS_BPS = 36_000, 26_000
"""A voice's frames (Opus as browsers send it, RED's headers) and its 50 packets/s around them (IP to SRTP: 64 bytes)."""
QUEUE_WINDOW_S = 1.0
WINDOW_S = 1.0
"""Requests for lost packets are counted over this."""
HOLD_S = 8.0
"""What was heard is believed for this long: reports of audio come every 2.5 to 7.5 s (libwebrtc)."""
FULL_WEIGHT_PACKETS = 50
RISE, FALL = 0.6, 0.2
"""How much one full window or report moves the view towards itself."""


def recover(
    stream: Stream, sequence: int, rtp_ts: int, redundant: tuple[Block, ...]
) -> Iterator[tuple[int, int, bytes]]:
    """The lost packets that a packet's redundancy replaces, oldest first: (sequence number, timestamp, frame).

    RED names frames by their timestamps only. One that is k places back is taken for packet `sequence - k` if it is exactly k
    frames older.
    """
    back = len(redundant)
    for block in redundant:
        lost = sequence - back & 0xFFFF
        if block.payload and block.offset == back * stream.frame_ticks and stream.lacks(lost):
            yield lost, rtp_ts - block.offset & 0xFFFFFFFF, block.payload
        back -= 1


def protected(cache: PacketCache, packet: CachedPacket, distance: int, payload_type: int) -> bytes:
    """The packet's frame in RED, after up to `distance` frames before it, as far as they came."""
    redundant: list[tuple[int, bytes]] = []
    for dense in range(packet.dense - distance, packet.dense):
        before = cache.get(dense)
        if before is None or not before.payload or len(before.payload) > MAX_BLOCK_BYTES:
            continue
        offset = packet.rtp_ts - before.rtp_ts & 0xFFFFFFFF
        if 0 < offset <= MAX_BACK_TICKS:
            redundant.append((offset, before.payload))
    return wrap(redundant, packet.payload, payload_type)


def affordable(bps: float, voices: int) -> int:
    """How many earlier frames each packet may repeat where a path carries `bps` for so many voices at once.

    Where losses come from a full queue, more redundancy would only fill it further.
    """
    frames = (AUDIO_SHARE * bps / max(1, voices) - PACKETS_BPS) / FRAMES_BPS
    return max(0, min(DEEPEST, int(frames) - 1))


class QueueView:
    """Whether a queue stands on a subscriber's path, of late: a single late packet, or a busy receiver, is none."""

    __slots__ = ("_share", "_updated_at")

    def __init__(self) -> None:
        self._share = 0.0
        self._updated_at: float | None = None

    def room_bps(self, queueing_bps: float | None, target_bps: float, now: float) -> float:
        """What voices and their redundancy are measured against; to be called often. `queueing_bps`: what the queue allows,
        None if there is no sign of one now."""
        elapsed = 0.0 if self._updated_at is None else min(now - self._updated_at, QUEUE_WINDOW_S)
        self._updated_at = now
        self._share += elapsed / QUEUE_WINDOW_S * ((queueing_bps is not None) - self._share)
        if self._share > 0.5:
            return max(target_bps if queueing_bps is None else queueing_bps, QUEUEING_BPS)
        return max(target_bps, FREE_BPS)


class LossView:
    """How much of what is sent to one subscriber gets lost, by its reports and by what it asks for again.

    Quick to believe in loss, slow to believe that it is over.
    """

    __slots__ = ("_asked", "_fraction", "_heard_at", "_sent", "_since")

    def __init__(self) -> None:
        self._fraction = 0.0
        self._heard_at = 0.0
        self._since: float | None = None
        self._asked = 0
        self._sent = 0

    def reported(self, fraction: float, packets: int, now: float) -> None:
        """A share 0..1 of so many packets was lost, of late. Few packets tell little."""
        weight = min(1.0, max(packets, 0) / FULL_WEIGHT_PACKETS)
        weight *= RISE if fraction > self._fraction else FALL
        self._fraction += weight * (fraction - self._fraction)
        self._heard_at = now

    def asked(self, packets: int) -> None:
        """The subscriber asked for so many packets that it had not asked for before."""
        self._asked += packets

    def count(self, sent: int, now: float) -> None:
        """`sent`: packets sent so far of the streams whose losses are asked for; to be called often."""
        if self._since is None:
            self._since, self._sent, self._asked = now, sent, 0
        elif now - self._since >= WINDOW_S:
            packets = sent - self._sent
            if packets > 0:
                self.reported(min(1.0, self._asked / packets), packets, now)
            self._since, self._sent, self._asked = now, sent, 0

    def fraction(self, now: float) -> float:
        return self._fraction if now - self._heard_at <= HOLD_S else 0.0


def distance(loss: float) -> int:
    """How many earlier frames each packet should repeat. Independent losses then leave about loss ** (distance + 1)."""
    if loss < 0.02:
        return 0
    if loss < 0.08:
        return 1
    return 2 if loss < 0.2 else DEEPEST
