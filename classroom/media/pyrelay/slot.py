"""One sent stream: what a subscriber receives on one m-line, whatever is in it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from classroom.media.model import Route, Slot
from classroom.media.pyrelay import codecs, rtcp, rtp, vp8
from classroom.media.pyrelay.cache import CachedPacket
from classroom.media.pyrelay.redundancy import distance
from classroom.media.pyrelay.retransmit import NackResponder
from classroom.media.pyrelay.rewriter import Mapping, Position, Rewriter
from classroom.media.pyrelay.srtp import BUFFER, C_BUFFER, C_LENGTH, MAX_PACKET_BYTES, OUTPUT, protect
from classroom.media.pyrelay.stream import Entry, Stream

if TYPE_CHECKING:
    from classroom.media.pyrelay.peer import Peer
    from classroom.media.pyrelay.publication import PublicationState

MAX_ALIGNMENT_ERROR_S = 0.075
"""Sender reports that disagree more than this with the arrivals are not believed."""


class SlotState:
    """`stream` flows now, under `mapping`; `publication` is what the route names, as far as it is known."""

    __slots__ = (
        "_change",
        "_distance",
        "_history",
        "_rtx_sequence",
        "fraction_lost",
        "mapping",
        "media",
        "octets",
        "packets",
        "payload_type",
        "peer",
        "publication",
        "report_at",
        "reported_highest",
        "reported_jitter_ms",
        "reported_lost",
        "responder",
        "retransmitted",
        "rewriter",
        "route",
        "stream",
        "video",
    )

    def __init__(self, peer: Peer, media: Slot, random: Random) -> None:
        self.peer = peer
        self.media = media
        self.video = media.media == "video"
        self.rewriter: Rewriter[Stream] = Rewriter(
            90_000 if self.video else 48_000, not self.video, random.getrandbits(15), random.getrandbits(31)
        )
        self.responder = NackResponder(peer.limits)
        self.route: Route | None = None
        self.publication: PublicationState | None = None
        self.stream: Stream | None = None
        self.mapping: Mapping[Stream] | None = None
        self.payload_type = 0
        self._change = codecs.AS_IS
        self._distance = 0
        """Earlier frames in each packet (audio)."""
        self._history: list[tuple[int, bytes] | None] = [None] * (
            0 if self.video else peer.limits.audio_packets
        )
        self._rtx_sequence = random.getrandbits(15)
        self.packets = 0
        self.octets = 0
        """Of payload, as sender reports count them."""
        self.retransmitted = 0
        self.fraction_lost = 0.0
        # What the subscriber's newest report says (RFC 3550 section 6.4.1).
        self.reported_highest = 0
        self.reported_lost = 0
        self.reported_jitter_ms = 0.0
        self.report_at = 0.0
        """When the next sender report is due."""

    def carries(self, stream: Stream) -> bool:
        """Whether the slot negotiated what the stream is coded with."""
        return codecs.translate(stream.codec, self.media.codecs) is not None

    def start(self, stream: Stream, first: Position) -> bool:
        """`stream` flows from `first` on, in place of what flowed before; False if the slot cannot carry its codec."""
        # Not in RED yet: its redundancy would be from before the start, another source's time in this slot.
        self._distance = 0
        translation = codecs.translate(stream.codec, self.media.codecs)
        if translation is None:
            self.peer.count("codec")
            return False
        before = self.stream
        ticks = None if before is None or not self.video else aligned_ticks(before, stream, first)
        self.stop()
        self.payload_type, self._change = translation
        self.mapping = self.rewriter.begin(stream, first, ticks)
        self.stream = stream
        self.report_at = 0.0
        self._enter()
        return True

    def stop(self) -> None:
        """Nothing flows any more; the next start continues from here."""
        if self.stream is not None and self.mapping is not None:
            self._leave()
            self.rewriter.end(self.mapping, self.stream.position)
            self.stream = None
            self.mapping = None

    def refresh(self) -> None:
        """The address, the keys, the source's codec or the redundancy changed."""
        stream = self.stream
        if stream is None:
            return
        self._leave()
        translation = codecs.translate(stream.codec, self.media.codecs, self._distance)
        if translation is not None:
            self.payload_type, self._change = translation
            self._enter()

    def reported(self, block: rtcp.ReportBlock, now: float) -> None:
        self.fraction_lost = block.fraction_lost / 256
        self.peer.loss.reported(self.fraction_lost, now)
        self.reported_highest = block.highest
        self.reported_lost = block.cumulative_lost
        self.reported_jitter_ms = block.jitter / (90 if self.video else 48)

    @property
    def codec(self) -> str:
        """Of what flows; empty: nothing does."""
        if self.stream is None:
            return ""
        return next(
            (codec.name for codec in self.media.codecs if codec.payload_type == self.payload_type), ""
        )

    def _enter(self) -> None:
        assert self.stream is not None
        entry = self._entry()
        if entry is not None:
            self.stream.tables.setdefault(self._change, []).append(entry)

    def _leave(self) -> None:
        assert self.stream is not None
        tables = self.stream.tables
        for change, entries in list(tables.items()):
            entries[:] = [entry for entry in entries if entry[10] is not self]
            if not entries:
                del tables[change]

    def _entry(self) -> Entry | None:
        mapping, srtp, address = self.mapping, self.peer.srtp, self.peer.address
        if mapping is None or srtp is None or address is None:
            return None
        return (
            mapping.start,
            mapping.sequence,
            mapping.rtp_ts,
            mapping.picture_id,
            mapping.tl0picidx,
            mapping.keyidx,
            self.media.ssrc,
            self.payload_type,
            srtp.context,
            address,
            self,
            srtp,
        )

    def send(self, packet: CachedPacket, mapping: Mapping[Stream], repair: bool) -> bool:
        """Sends one packet out of turn: from the cache to a newcomer, or again to who missed it (over RTX if negotiated)."""
        srtp, address = self.peer.srtp, self.peer.address
        if srtp is None or address is None or self.publication is None:
            return False
        translation = codecs.translate(packet.codec, self.media.codecs)
        if translation is None:
            return False
        number, payload = translation[0], packet.payload
        sequence = packet.dense + mapping.sequence & 0xFFFF
        rtp_ts = packet.rtp_ts + mapping.rtp_ts & 0xFFFFFFFF
        ssrc, start = self.media.ssrc, rtp.FIXED_SIZE
        rtx = (
            codecs.repair_payload_type(self.media.codecs, number) if repair and self.media.rtx_ssrc else None
        )
        if rtx is not None:
            # RFC 4588 section 4: own SSRC and numbers, the original sequence number before the payload.
            number, ssrc, start = rtx, self.media.rtx_ssrc, rtp.FIXED_SIZE + 2
            BUFFER[rtp.FIXED_SIZE] = sequence >> 8
            BUFFER[rtp.FIXED_SIZE + 1] = sequence & 0xFF
            sequence = self._rtx_sequence
            self._rtx_sequence = sequence + 1 & 0xFFFF
        end = start + len(payload)
        if end > MAX_PACKET_BYTES:
            return False
        rtp.FIXED.pack_into(BUFFER, 0, 0x80, number | (0x80 if packet.marker else 0), sequence, rtp_ts, ssrc)
        BUFFER[start:end] = payload
        if packet.descriptor is not None:
            vp8.rewrite(
                BUFFER, start, packet.descriptor, mapping.picture_id, mapping.tl0picidx, mapping.keyidx
            )
        C_LENGTH[0] = end
        if protect(srtp.context, C_BUFFER, C_LENGTH):
            self.peer.count("protect")
            return False
        datagram = OUTPUT[0 : C_LENGTH[0]]
        self.peer.send(datagram, address)
        if not self.video:
            self.remember(sequence, datagram)
        if repair:
            self.retransmitted += 1
        if rtx is None:
            self.packets += 1
            self.octets += len(payload)
        return True

    @property
    def highest_sequence(self) -> int:
        """Not wrapped; of what was sent so far."""
        if self.mapping is not None and self.stream is not None:
            return self.stream.dense + self.mapping.sequence
        return self.rewriter.next_sequence - 1

    def requested(self, sequence: int, now: float) -> bool:
        """The subscriber misses a packet. False once its budget is spent."""
        if not self.video:
            return self._requested_audio(sequence, now)
        found = self.rewriter.find(sequence, self.highest_sequence)
        if found is None:
            return True
        mapping, dense = found
        packet = mapping.source.cache.get(dense) if dense >= mapping.start else None
        if packet is None or not self.responder.allows(sequence, now, self.peer.round_trip_s):
            return True
        if not self.peer.budget.take(now):
            return False
        if self.send(packet, mapping, repair=True):
            self.responder.sent(sequence, now)
        return True

    # Audio has no RTX in browsers. A packet is repaired by sending the very same datagram again (RFC 3711 section 3.3.2 lets
    # receivers take one of them): built anew it might differ, and SRTP must never encrypt two packets of one number.

    def remember(self, sequence: int, datagram: bytes) -> None:
        """An audio packet was sent."""
        self._history[sequence % len(self._history)] = sequence, datagram

    def forget(self) -> None:
        """Nothing sent so far may be sent again (the slot was given to somebody else)."""
        self.rewriter.forget()
        self._history[:] = [None] * len(self._history)

    def _requested_audio(self, sequence: int, now: float) -> bool:
        peer = self.peer
        sent = self._history[sequence % len(self._history)]
        if sent is None or sent[0] != sequence or peer.address is None:
            return True
        if self.responder.first(sequence, now):
            peer.loss.asked(1)
        if not self.responder.allows(sequence, now, peer.round_trip_s):
            return True
        if not peer.budget.take(now):
            return False
        peer.send(sent[1], peer.address)
        self.retransmitted += 1
        self.responder.sent(sequence, now)
        return True

    def protect(self, loss: float) -> None:
        """Chooses the redundancy for this share of losses, from when on there are so many frames to repeat."""
        stream, mapping = self.stream, self.mapping
        if self.video or stream is None or mapping is None:
            return
        wanted = distance(loss)
        if wanted != self._distance and stream.dense - mapping.start >= wanted:
            self._distance = wanted
            self.refresh()


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
