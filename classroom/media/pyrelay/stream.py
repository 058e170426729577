"""One received RTP stream: a microphone, a plain video, or one simulcast layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from classroom.media.bandwidth.departures import Departures
from classroom.media.model import Layer
from classroom.media.pyrelay import h264, vp8
from classroom.media.pyrelay.cache import CachedPacket, PacketCache
from classroom.media.pyrelay.keyframes import KeyframeRequester
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.nack import NackGenerator
from classroom.media.pyrelay.reception import Reception
from classroom.media.pyrelay.rewriter import Position
from classroom.media.pyrelay.sequence import SequenceSpace
from classroom.media.pyrelay.temporal import BaseLayer
from classroom.media.relay import Address

if TYPE_CHECKING:
    from classroom.media.pyrelay.slot import SlotState

PARSERS = {"vp8": vp8.parse, "h264": h264.parse}
"""By codec, for those whose key frames matter."""
MAX_FRAME_TICKS = 5760
"""The longest Opus frame, 120 ms (RFC 6716 section 2.1.4)."""
MAX_ALIGNMENT_ERROR_S = 0.075
"""Sender reports that disagree more than this with the arrivals are not believed."""

Entry = tuple[
    int, int, int, int, int, int, int, int, Any, Address, "SlotState", Any, int, bytes, Departures | None
]
"""All that forwarding a packet to one slot takes, flat: first dense number, offsets of sequence number, timestamp, picture id,
TL0PICIDX and KEYIDX, the slot's SSRC and payload type, SRTP context, address, the slot (its counters), and what keeps the
SRTP context alive; then, if its packets carry a measuring extension, the constant part of its element (else 0) and, for
transport-wide numbers, the constant part of the header (`rtp.numbered_by`) and where to write down what left."""


class Stream:
    """`tables`: the slots that the stream flows into, by how its payload is changed for them (see `codecs`)."""

    __slots__ = (
        "_enabled",
        "_floor",
        "_limits",
        "_repairable",
        "_space",
        "_unique",
        "base",
        "cache",
        "changing",
        "clock_rate",
        "codec",
        "dense",
        "frame_ticks",
        "keyframe_at",
        "keyframe_dense",
        "keyframes",
        "keyidx",
        "last_packet_at",
        "layer",
        "nacks",
        "picture_id",
        "reception",
        "repaired",
        "rtp_ts",
        "rtp_ts_at",
        "sr",
        "ssrc",
        "tables",
        "tl0picidx",
        "video",
        "waiting",
    )

    def __init__(
        self,
        ssrc: int,
        layer: Layer | None,
        codec: str,
        clock_rate: int,
        video: bool,
        repairable: bool,
        first_sequence: int,
        limits: RelayLimits,
    ) -> None:
        self.ssrc = ssrc
        self.layer = layer
        self.codec = codec
        """Of its newest packet."""
        self.clock_rate = clock_rate
        self.video = video
        self._repairable = repairable
        self._limits = limits
        self._space = SequenceSpace(first_sequence)
        self.reception = Reception(self._space.highest + 1, clock_rate)
        self.cache = PacketCache(limits.cache_packets)
        self.base = BaseLayer(self.cache)
        self.nacks = NackGenerator(limits, audio=not video)
        self.keyframes = KeyframeRequester(limits)
        self.tables: dict[int, list[Entry]] = {}
        self.waiting: list[SlotState] = []
        """Slots that the stream enters at its next key frame (audio: packet)."""
        self.changing: dict[SlotState, float] = {}
        """Slots it flows into that are to get more or less of its temporal layers: since when."""
        self.sr: tuple[float, int] | None = None
        """The sender's time (NTP seconds) and timestamp of its last sender report."""
        self.last_packet_at = 0.0
        self.frame_ticks = 0
        """From one packet's timestamp to the next one's, where they follow closely (audio); 0: not known yet."""
        self.repaired = 0
        self._unique = 0
        self._enabled = True
        self._floor = 0
        # The newest packet that was forwardable: what a `Position` tells.
        self.dense = -1
        self.rtp_ts = 0
        self.rtp_ts_at = 0.0
        self.picture_id = -1
        self.tl0picidx = -1
        self.keyidx = -1
        self.keyframe_dense = -1
        self.keyframe_at = 0.0

    def flows(self, now: float) -> bool:
        return now - self.last_packet_at < self._limits.layer_silence_s

    @property
    def position(self) -> Position:
        """Of its newest packet."""
        base = self.base
        return Position(
            self.dense,
            self.rtp_ts,
            self.rtp_ts_at,
            self.picture_id,
            self.tl0picidx,
            self.keyidx,
            base.above,
            base.picture(self.tl0picidx) if self.tl0picidx >= 0 else -1,
        )

    @property
    def lost(self) -> int:
        """Packets that never came and are not asked for any more."""
        return max(0, self.reception.expected - self._unique - len(self.nacks))

    def lacks(self, sequence: int) -> bool:
        """Whether a packet of this number was sent, as far as can be told, and has not come."""
        extended = self._space.unwrap(sequence)
        if extended > self._space.highest:
            return True
        dense = self._space.dense(extended)
        return (
            extended >= max(self._floor, self.reception.first)
            and dense > self.dense - self.cache.size
            and self.cache.get(dense) is None
        )

    def set_enabled(self, enabled: bool) -> None:
        """A stream that may not be forwarded keeps nothing of what comes, and counts it all the same."""
        if enabled != self._enabled:
            self._enabled = enabled
            self.cache.clear()
            self.nacks.clear()
            self.keyframes.arrived()
            self.keyframe_dense = -1
            self._floor = self._space.highest + 1

    def packet(
        self,
        sequence: int,
        rtp_ts: int,
        marker: bool,
        codec: str,
        payload: bytes,
        size: int,
        now: float,
        repair: bool,
    ) -> CachedPacket | None:
        """A packet came, by itself or by repair (retransmission, redundancy). Returns what is to be forwarded: None for
        padding, duplicates and what came too late. If it is the newest one, its `dense` equals the stream's.
        """
        space = self._space
        extended = space.unwrap(sequence)
        gap = extended - space.highest - 1
        if gap > self._limits.max_sequence_gap:
            if repair:
                return None
            # The sender jumped: nothing lies between.
            space.skip(space.highest + 1, gap)
            space.highest = extended - 1
            self.reception.restarted(extended)
            self.nacks.clear()
            gap = 0
        if repair:
            self.reception.count_bytes(size, now)
        else:
            self.reception.received(extended, rtp_ts, size, now)
        self.last_packet_at = now
        if gap >= 0:
            if gap and self._repairable and self._enabled and (self.tables or self.waiting):
                self.nacks.missing(space.highest + 1, extended, now)
            space.highest = extended
            self._unique += 1
            if repair:
                self.repaired += 1
            parse = PARSERS.get(codec)
            descriptor = None if parse is None else parse(payload)
            if not self._enabled or not payload or (descriptor is None and parse is not None):
                # Padding, or nothing anybody could decode. Nobody will miss its number.
                space.skip(extended, 1)
                return None
            self.codec = codec
            dense = extended - space.skipped
            if not gap and self.dense >= 0 and 0 < (rtp_ts - self.rtp_ts & 0xFFFFFFFF) <= MAX_FRAME_TICKS:
                self.frame_ticks = rtp_ts - self.rtp_ts & 0xFFFFFFFF
            if rtp_ts != self.rtp_ts or self.dense < 0:
                self.rtp_ts = rtp_ts
                self.rtp_ts_at = now
            self.dense = dense
            if descriptor is not None:
                self.picture_id = descriptor.picture_id
                self.tl0picidx = descriptor.tl0picidx
                self.keyidx = descriptor.keyidx
            above, left_out = self.base.add_newest(dense, descriptor)
            if left_out:
                self.reception.upper_bytes += size
        else:
            self.nacks.arrived(extended)
            dense = space.dense(extended)
            if (
                dense < 0
                or not self._enabled
                or extended < self._floor
                or dense <= self.dense - self.cache.size
                or self.cache.get(dense) is not None
            ):
                return None
            self._unique += 1
            if repair:
                self.repaired += 1
            # A late packet has its number in what was sent already: even padding must fill it.
            parse = PARSERS.get(codec)
            descriptor = parse(payload) if payload and parse is not None else None
            above, left_out = self.base.add_late(dense, self.dense), False
        packet = CachedPacket(dense, rtp_ts, marker, codec, payload, descriptor, above, left_out)
        self.cache.put(packet)
        if descriptor is not None and descriptor.keyframe_start and dense > self.keyframe_dense:
            self.keyframe_dense = dense
            self.keyframe_at = now
            self.keyframes.arrived()
        return packet

    def whole_from(self, first: int) -> bool:
        """Whether every packet from the dense number `first` on is here, or still being asked for."""
        missing = {dense for dense in range(first, self.dense + 1) if self.cache.get(dense) is None}
        return missing <= {self._space.dense(extended) for extended in self.nacks.pending}

    def sender_time(self, rtp_ts: int) -> float | None:
        """When the sender captured `rtp_ts`, on its own clock; None before its first sender report."""
        if self.sr is None:
            return None
        ntp, reference = self.sr
        ticks = (rtp_ts - reference) & 0xFFFFFFFF
        if ticks & 0x80000000:
            ticks -= 0x100000000
        return ntp + ticks / self.clock_rate


def aligned_ticks(before: Stream, after: Stream, first: Position) -> int | None:
    """From the last frame of one layer to the first of another of the same camera, by their sender reports.

    A frame that was captured no later than the last one shown comes right after it; None if the reports are missing or
    do not fit the arrivals.
    """
    last_time = before.sender_time(before.rtp_ts)
    first_time = after.sender_time(first.rtp_ts)
    if last_time is None or first_time is None:
        return None
    if abs((first_time - last_time) - (first.at - before.rtp_ts_at)) > MAX_ALIGNMENT_ERROR_S:
        return None
    return max(1, round((first_time - last_time) * after.clock_rate))
