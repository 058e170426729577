"""One sent stream: what a subscriber receives on one m-line, whatever is in it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from classroom.media.bandwidth.departures import NO_PROBE
from classroom.media.model import LAYERS, Layer, Route, Slot
from classroom.media.pyrelay import codecs, rtcp, rtp, vp8
from classroom.media.pyrelay.cache import CachedPacket
from classroom.media.pyrelay.retransmit import NackResponder
from classroom.media.pyrelay.rewriter import Mapping, Position, Rewriter
from classroom.media.pyrelay.srtp import (
    BUFFER,
    C_BUFFER,
    C_LENGTH,
    C_PLAIN,
    MAX_PACKET_BYTES,
    OUTPUT,
    PLAIN_AT,
    protect,
)
from classroom.media.pyrelay.stream import Entry, Stream, aligned_ticks
from classroom.media.pyrelay.temporal import is_upper

if TYPE_CHECKING:
    from classroom.media.pyrelay.peer import Peer
    from classroom.media.pyrelay.publication import PublicationState


class SlotState:
    """`stream` flows now, under `mapping`; `publication` is what the route names, as far as it is known."""

    __slots__ = (
        "_change",
        "_distance",
        "_history",
        "_rtx_sequence",
        "allowed",
        "began_at",
        "fraction_lost",
        "mapping",
        "media",
        "octets",
        "packets",
        "paused",
        "payload_type",
        "peer",
        "publication",
        "report_at",
        "reported_highest",
        "reported_jitter_ms",
        "reported_lost",
        "reported_packets",
        "responder",
        "retransmitted",
        "rewriter",
        "route",
        "stream",
        "thinned",
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
        self.allowed: Layer | None = None
        """The highest layer that the peer's path allows; None: no limit is known."""
        self.thinned = False
        """The path allows the base temporal layer only."""
        self.paused = False
        """The path allows none."""
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
        self.began_at: float | None = None
        """When the first packet came that went into it (monotonic seconds)."""
        self.packets = 0
        self.octets = 0
        """Of payload, as sender reports count them."""
        self.retransmitted = 0
        self.fraction_lost = 0.0
        # What the subscriber's newest report says (RFC 3550 section 6.4.1).
        self.reported_highest = 0
        self.reported_lost = 0
        self.reported_packets = 0
        self.reported_jitter_ms = 0.0
        self.report_at = 0.0
        """When the next sender report is due."""

    @property
    def ceiling(self) -> Layer:
        """The highest layer that is wanted and allowed. Only with a route."""
        assert self.route is not None
        wanted, allowed = self.route.layer, self.allowed
        return wanted if allowed is None or LAYERS.index(wanted) <= LAYERS.index(allowed) else allowed

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
        if self.began_at is None:
            self.began_at = first.at
        before = self.stream
        ticks = None if before is None or not self.video else aligned_ticks(before, stream, first)
        self.stop()
        self.mapping = self.rewriter.begin(stream, first, ticks, thinned=self.thinned)
        self._translated(translation)
        self.stream = stream
        self.report_at = 0.0
        self._enter()
        return True

    def _translated(self, translation: tuple[int, int]) -> None:
        self.payload_type, self._change = translation
        if self.mapping is not None and self.mapping.thinned:
            self._change = codecs.BASE_LAYER

    @property
    def changing(self) -> bool:
        """What flows has more or fewer temporal layers than are allowed."""
        return self.mapping is not None and self.mapping.thinned != self.thinned

    def thin(self, packet: CachedPacket) -> bool:
        """Gets more or less of what flows from its newest packet on, if that can be; see `temporal`."""
        stream, mapping, descriptor = self.stream, self.mapping, packet.descriptor
        if stream is None or mapping is None or descriptor is None or not descriptor.frame_start:
            return False
        upper = is_upper(descriptor)
        if upper if self.thinned else not (descriptor.keyframe_start or (upper and descriptor.layer_sync)):
            return False
        self._leave()
        first = stream.position._replace(above=packet.above)
        self.mapping = self.rewriter.thin(mapping, first, self.thinned, upper)
        self._change = codecs.BASE_LAYER if self.thinned else codecs.AS_IS
        self._enter()
        return True

    def stop(self) -> None:
        """Nothing flows any more; the next start continues from here."""
        if self.stream is not None and self.mapping is not None:
            self.stream.changing.pop(self, None)
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
            self._translated(translation)
            self._enter()

    def reported(self, block: rtcp.ReportBlock, now: float) -> None:
        self.fraction_lost = block.fraction_lost / 256
        expected = block.highest - self.reported_highest if self.reported_highest else 0
        self.peer.loss.reported(self.fraction_lost, expected, now)
        self.reported_highest = block.highest
        self.reported_lost = block.cumulative_lost
        self.reported_packets = self.packets
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
        downlink = self.peer.downlink if self.media.measured else None
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
            downlink.word if downlink is not None else 0,
            rtp.numbered_by(self.media.ssrc, downlink.word) if downlink is not None else b"",
            downlink.departures if downlink is not None else None,
        )

    def send(
        self,
        packet: CachedPacket,
        mapping: Mapping[Stream],
        now: float,
        *,
        repair: bool,
        probe: int = NO_PROBE,
    ) -> bool:
        """Sends one packet out of turn: from the cache to a newcomer, or again to who missed it (over RTX if negotiated)."""
        translation = codecs.translate(packet.codec, self.media.codecs)
        if translation is None or self.publication is None:
            return False
        number, payload, shift, place = translation[0], packet.payload, 0, packet.dense
        if mapping.thinned:
            if packet.left_out:
                return False
            place -= packet.above
            payload, shift = mapping.source.base.thinned(packet)
        sequence = place + mapping.sequence & 0xFFFF
        rtp_ts = packet.rtp_ts + mapping.rtp_ts & 0xFFFFFFFF
        mark = 0x80 if packet.marker else 0
        start = rtp.MEASURED_SIZE
        rtx = (
            codecs.repair_payload_type(self.media.codecs, number) if repair and self.media.rtx_ssrc else None
        )
        if rtx is not None:
            # RFC 4588 section 4: own SSRC and numbers, the original sequence number before the payload.
            BUFFER[start] = sequence >> 8
            BUFFER[start + 1] = sequence & 0xFF
            start += 2
        end = start + len(payload)
        if end > MAX_PACKET_BYTES:
            return False
        BUFFER[start:end] = payload
        if packet.descriptor is not None:
            vp8.rewrite(
                BUFFER,
                start,
                packet.descriptor,
                mapping.picture_id + shift,
                mapping.tl0picidx,
                mapping.keyidx,
            )
        if rtx is not None:
            return self._emit_rtx(rtx | mark, rtp_ts, end, now, probe) is not None
        datagram = self._emit(0x80, number | mark, sequence, rtp_ts, self.media.ssrc, end, now, probe)
        if datagram is None:
            return False
        if not self.video:
            self.remember(sequence, datagram)
        self.packets += 1
        self.octets += len(payload)
        return True

    def pad(self, padding: int, now: float, probe: int) -> bool:
        """Sends a packet of 1 to 255 bytes of padding and nothing else on the repair stream."""
        media_type = next((codec.payload_type for codec in self.media.codecs if codec.name != "rtx"), -1)
        rtx = codecs.repair_payload_type(self.media.codecs, media_type)
        if rtx is None or not self.media.rtx_ssrc:
            return False
        end = rtp.MEASURED_SIZE + padding
        BUFFER[rtp.MEASURED_SIZE : end] = bytes(padding - 1) + bytes((padding,))
        return self._emit_rtx(rtx, 0, end, now, probe, first=0xA0) is not None

    def _emit_rtx(
        self, second: int, rtp_ts: int, end: int, now: float, probe: int, first: int = 0x80
    ) -> bytes | None:
        sequence = self._rtx_sequence
        self._rtx_sequence = sequence + 1 & 0xFFFF
        return self._emit(first, second, sequence, rtp_ts, self.media.rtx_ssrc, end, now, probe)

    def _emit(
        self, first: int, second: int, sequence: int, rtp_ts: int, ssrc: int, end: int, now: float, probe: int
    ) -> bytes | None:
        """Puts a header before the payload that lies in the buffer up to `end`, protects and sends it; returns that."""
        peer = self.peer
        srtp, address, downlink = peer.srtp, peer.address, peer.downlink
        if srtp is None or address is None:
            return None
        if self.media.measured and downlink is not None:
            at, c_buffer = 0, C_BUFFER
            rtp.MEASURED.pack_into(
                BUFFER, 0, first | 0x10, second, sequence, rtp_ts, ssrc, rtp.ONE_WORD,
                downlink.element(end, now, probe),
            )  # fmt: skip
        else:
            at, c_buffer = PLAIN_AT, C_PLAIN
            rtp.FIXED.pack_into(BUFFER, at, first, second, sequence, rtp_ts, ssrc)
        C_LENGTH[0] = end - at
        if protect(srtp.context, c_buffer, C_LENGTH):
            peer.count("protect")
            return None
        datagram: bytes = OUTPUT[at : at + C_LENGTH[0]]
        peer.send(datagram, address)
        return datagram

    @property
    def highest_sequence(self) -> int:
        """Not wrapped; of what was sent so far."""
        if self.mapping is not None and self.stream is not None:
            return self.stream.position.number(self.mapping.thinned) + self.mapping.sequence
        return self.rewriter.next_sequence - 1

    def sent(self, sequence: int) -> tuple[CachedPacket, Mapping[Stream]] | None:
        """The video packet that was sent with this number, as far as it is kept."""
        found = self.rewriter.find(sequence, self.highest_sequence)
        if found is None:
            return None
        mapping, number = found
        dense = mapping.source.base.dense(number) if mapping.thinned else number
        packet = mapping.source.cache.get(dense) if dense >= mapping.start else None
        return None if packet is None else (packet, mapping)

    def remember(self, sequence: int, datagram: bytes) -> None:
        """An audio packet was sent: see `repair`."""
        self._history[sequence % len(self._history)] = sequence, datagram

    def forget(self) -> None:
        """Nothing sent so far may be sent again (the slot was given to somebody else)."""
        self.rewriter.forget()
        self._history[:] = [None] * len(self._history)

    def remembered(self, sequence: int) -> bytes | None:
        """The datagram of an audio packet."""
        sent = self._history[sequence % len(self._history)]
        return None if sent is None or sent[0] != sequence else sent[1]

    def protect(self, wanted: int) -> None:
        """Repeats so many earlier frames in each packet, as soon as it has carried as many; no more than now on a queue."""
        stream, mapping = self.stream, self.mapping
        if self.video or stream is None or mapping is None:
            return
        if wanted > self._distance and self.peer.overloaded:
            return
        if wanted != self._distance and stream.dense - mapping.start >= wanted:
            self._distance = wanted
            self.refresh()
