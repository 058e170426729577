"""A peer: what it sends is sorted into publications, what it receives leaves through its slots."""

from __future__ import annotations

from random import Random

from classroom.media.model import Layer, PeerId, PeerMedia, PublicationKey, PublicationKind
from classroom.media.pyrelay import control, red, rtcp, rtp
from classroom.media.pyrelay.asked import Asked
from classroom.media.pyrelay.clock import PeerClock
from classroom.media.pyrelay.downlink import Downlink
from classroom.media.pyrelay.forward import forward
from classroom.media.pyrelay.ingress import Belongs, Ingress
from classroom.media.pyrelay.limits import RelayLimits
from classroom.media.pyrelay.publication import PublicationState
from classroom.media.pyrelay.redundancy import LossView, QueueView, recover
from classroom.media.pyrelay.retransmit import Repeats, RetransmitBudget
from classroom.media.pyrelay.slot import SlotState
from classroom.media.pyrelay.srtp import SSRC_IN_RTCP, SSRC_IN_RTP, SrtpSession
from classroom.media.pyrelay.stream import Stream
from classroom.media.pyrelay.twcc import ArrivalLog
from classroom.media.relay import Address, Send, SrtpKeys


class Peer:
    def __init__(
        self, peer: PeerId, media: PeerMedia, limits: RelayLimits, send: Send, random: Random
    ) -> None:
        self.id = peer
        self.limits = limits
        self.send = send
        self._random = random
        self.srtp: SrtpSession | None = None
        self.address: Address | None = None
        self.publications: dict[PublicationKind, PublicationState] = {}
        self.enabled: frozenset[PublicationKind] = frozenset()
        self.slots: dict[str, SlotState] = {}
        self._slots_by_ssrc: dict[int, SlotState] = {}
        self.known: dict[int, float] = {}
        """SSRCs that the peer has sent with, and when last."""
        self.bound: dict[int, tuple[PublicationState, Layer | None, Stream | None]] = {}
        """What each SSRC was found to carry; a repair stream has no Stream of its own."""
        self.clock = PeerClock()
        self.arrivals = ArrivalLog(limits.feedback_packets)
        self.video_budget = RetransmitBudget(limits)
        self.audio_budget = RetransmitBudget(limits)
        self.repeats = Repeats()
        self.downlink: Downlink | None = None
        """What the path to the peer carries; None: it negotiated no feedback about that."""
        self.loss = LossView()
        self.repeated_frames = 0
        """How many earlier frames each packet of sound to the peer is to carry."""
        self.queue = QueueView()
        self.round_trip_s: float | None = None
        self.dropped: dict[str, int] = {}
        self.asked = Asked()
        self.reading = control.Reading(limits)
        self.phase = 0.0
        """0 to 1: when in each interval the peer's feedback and reports are due, so that not everybody's are at once."""
        self.feedback_at = 0.0
        self.report_at = 0.0
        self.negotiated(media)

    @property
    def overloaded(self) -> bool:
        """A queue stands on the path to the peer."""
        return self.downlink is not None and self.downlink.draining

    @property
    def repairs_per_s(self) -> float:
        """How many video packets the path lets us send again; audio's are never taken away by those."""
        return self.limits.retransmit_rate if self.downlink is None else self.downlink.repairs_per_s

    @property
    def ready(self) -> bool:
        """Whether media can be sent to the peer."""
        return self.srtp is not None and self.address is not None

    def count(self, reason: str) -> None:
        self.dropped[reason] = self.dropped.get(reason, 0) + 1

    # Negotiation

    def negotiated(self, media: PeerMedia) -> None:
        """Takes a (new) negotiation; streams and slots that it does not change go on."""
        self.media = media
        if self.downlink is None or not self.downlink.fits(media):
            self.downlink = Downlink.of(media, self.limits)
        self.ingress = Ingress(media)
        sources = {source.kind: source for source in media.sources}
        for kind in sources:
            self.publication(kind).source = sources[kind]
        for kind, publication in self.publications.items():
            if kind not in sources:
                publication.source = None
        for ssrc, (publication, _, _) in list(self.bound.items()):
            source = publication.source
            if source is None or (source.ssrcs and self.ingress.announces(ssrc) is None):
                self._unbind(ssrc)
        slots = {slot.name: slot for slot in media.slots}
        for name, state in list(self.slots.items()):
            new = slots.get(name)
            if new is None or new.ssrc != state.media.ssrc or new.media != state.media.media:
                if state.publication is not None:
                    state.publication.unsubscribe(state)
                del self.slots[name]
            else:
                state.media = new
                state.refresh()
        for name, new in slots.items():
            if name not in self.slots:
                self.slots[name] = SlotState(self, new, self._random)
        self._slots_by_ssrc = {slot.media.ssrc: slot for slot in self.slots.values()}
        self.local_ssrc = next(iter(self._slots_by_ssrc), 1)
        """What our feedback is sent from."""

    def slot_of(self, ssrc: int) -> SlotState | None:
        """The slot that is sent with this SSRC."""
        return self._slots_by_ssrc.get(ssrc)

    def publication(self, kind: PublicationKind) -> PublicationState:
        state = self.publications.get(kind)
        if state is None:
            state = PublicationState(self, PublicationKey(self.id, kind), self.limits)
            state.enabled = kind in self.enabled
            self.publications[kind] = state
        return state

    def set_enabled(self, kinds: frozenset[PublicationKind], now: float) -> None:
        self.enabled = kinds
        for kind, publication in self.publications.items():
            if publication.enabled != (kind in kinds):
                publication.set_enabled(kind in kinds, now)

    def set_keys(self, keys: SrtpKeys) -> None:
        """New keys are a new connection: whatever came or went under the old ones is over."""
        self.silence()
        for ssrc in list(self.bound):
            self._unbind(ssrc)
        self.known.clear()
        self.srtp = SrtpSession(keys)
        self.arrivals = ArrivalLog(self.limits.feedback_packets)
        self.clock = PeerClock()
        self.downlink = Downlink.of(self.media, self.limits)

    def set_address(self, address: Address | None) -> None:
        if address is None:
            self.silence()
        if address is not None and self.downlink is not None:
            self.downlink.restart()
        self.address = address
        for slot in self.slots.values():
            slot.refresh()

    def silence(self) -> None:
        """Nothing is sent to the peer any more, until its slots are aimed again."""
        for slot in self.slots.values():
            if slot.publication is not None:
                slot.publication.withdraw(slot)

    def close(self) -> None:
        for slot in self.slots.values():
            if slot.publication is not None:
                slot.publication.unsubscribe(slot)
        for publication in self.publications.values():
            for slot in list(publication.slots):
                publication.unsubscribe(slot)
                slot.route = None
        for ssrc in list(self.bound):
            self._unbind(ssrc)
        self.srtp = None
        # Nothing refers to itself any more: two megabytes of packets need not wait for the garbage collector.
        self.publications.clear()
        self.slots.clear()
        self._slots_by_ssrc.clear()

    # What the peer sends

    def receive(self, datagram: bytes, now: float) -> None:
        srtp = self.srtp
        if srtp is None:
            self.count("no_keys")
            return
        size = len(datagram)
        if not rtp.FIXED_SIZE <= size <= self.limits.max_datagram_bytes or datagram[0] >> 6 != 2:
            self.count("malformed")
            return
        is_control = rtp.is_rtcp(datagram)
        ssrc: int = (SSRC_IN_RTCP if is_control else SSRC_IN_RTP).unpack_from(datagram)[0]
        if ssrc not in self.known and not self._room_for_ssrc(now):
            self.count("ssrc_cap")
            return
        packet = srtp.unprotect_rtcp(datagram) if is_control else srtp.unprotect(datagram)
        if packet is None:
            self.count("srtp")
            return
        self.known[ssrc] = now
        if is_control:
            control.heard(self, packet, now)
        else:
            self._media(packet, ssrc, now)

    def _room_for_ssrc(self, now: float) -> bool:
        if len(self.known) < self.limits.ssrcs_per_peer:
            return True
        for ssrc, last_at in self.known.items():
            if now - last_at > self.limits.ssrc_idle_s:
                self._unbind(ssrc)
                del self.known[ssrc]
                if self.srtp is not None:
                    self.srtp.forget(ssrc)
                return True
        return False

    def _media(self, packet: bytes, ssrc: int, now: float) -> None:
        layout = rtp.parse(packet)
        if layout is None:
            self.count("malformed")
            return
        start, end, profile, extension_start, extension_end = layout
        extensions = self.media.extensions
        if extensions.transport_cc and profile:
            at, length = rtp.find_extension(
                packet, profile, extension_start, extension_end, extensions.transport_cc
            )
            if length >= 2:
                self.arrivals.arrived(packet[at] << 8 | packet[at + 1], now)
        _, second, sequence, rtp_ts, _ = rtp.FIXED.unpack_from(packet)
        codec = self.ingress.codecs.get(second & 0x7F)
        if codec is None:
            self.count("payload_type")
            return
        bound = self.bound.get(ssrc)
        if bound is None:
            # RED is taken apart: what is relayed is the Opus in it.
            codec_name = "opus" if codec.name == "red" else codec.name
            belongs = self.ingress.classify(
                packet, ssrc, second & 0x7F, profile, extension_start, extension_end
            )
            if belongs is None:
                self.count("unknown_ssrc")
                return
            bound = self._bind(ssrc, belongs, codec_name, codec.clock_rate, sequence, now)
        publication, layer, stream = bound
        payload = packet[start:end]
        name = codec.name
        repair = stream is None
        if repair != (name == "rtx"):
            self.count("payload_type")
            return
        if stream is None:
            stream = publication.streams.get(layer)
            if len(payload) <= 2:
                self.count("padding")
                return
            repaired = None if codec.apt is None else self.ingress.codecs.get(codec.apt)
            if stream is None or repaired is None:
                self.count("unknown_ssrc")
                return
            name = repaired.name
            sequence = payload[0] << 8 | payload[1]
            payload = payload[2:]
        redundant: tuple[red.Block, ...] = ()
        if name == "red":
            unwrapped = red.unwrap(payload)
            frames = None if unwrapped is None else self.ingress.codecs.get(unwrapped.payload_type)
            if unwrapped is None or frames is None or frames.name != "opus":
                self.count("malformed")
                return
            name, redundant, payload = frames.name, unwrapped.redundant, unwrapped.payload
            stream.reception.upper_bytes += sum(len(block.payload) for block in redundant)
        if not stream.flows(now):
            stream.last_packet_at = now
            publication.review(now)
        before = stream.codec
        for lost, lost_ts, frame in recover(stream, sequence, rtp_ts, redundant):
            # Before the packet itself, so that subscribers get them in their order.
            recovered = stream.packet(lost, lost_ts, False, name, frame, 0, now, repair=True)
            if recovered is not None and stream.tables:
                forward(stream, recovered, self.send, now)
        cached = stream.packet(sequence, rtp_ts, bool(second & 0x80), name, payload, len(packet), now, repair)
        if cached is None:
            if not publication.enabled:
                self.count("disabled")
            elif not payload:
                self.count("padding")
            else:
                self.count("duplicate")
        else:
            if stream.changing:
                publication.thin(stream, cached, now)
            if cached.dense == stream.dense:
                if publication.key.kind == "microphone":
                    wanted, at, length = extensions.audio_level, 0, 0
                    if wanted:
                        at, length = rtp.find_extension(
                            packet, profile, extension_start, extension_end, wanted
                        )
                    publication.meter.packet(packet[at] & 0x7F if length else None, len(payload), now)
                if before != stream.codec:
                    for slot in publication.slots:
                        if slot.stream is stream:
                            slot.refresh()
            if stream.tables:
                forward(stream, cached, self.send, now)
            if stream.waiting:
                publication.admit(stream, cached, now)
        if stream.keyframes.wanted:
            self.request_keyframes(now)

    def _bind(
        self, ssrc: int, belongs: Belongs, codec: str, clock_rate: int, sequence: int, now: float
    ) -> tuple[PublicationState, Layer | None, Stream | None]:
        source, layer, repair = belongs
        publication = self.publication(source.kind)
        stream = None
        if not repair:
            repairable = source.nack or any(known.name == "rtx" for known in source.codecs)
            stream = Stream(
                ssrc, layer, codec, clock_rate, publication.video, repairable, sequence, self.limits
            )
            stream.last_packet_at = now
            replaced = publication.streams.get(layer)
            if replaced is not None:
                self._unbind(replaced.ssrc)
            publication.add_stream(stream, now)
        bound = publication, layer, stream
        self.bound[ssrc] = bound
        return bound

    def _unbind(self, ssrc: int) -> None:
        publication, _, stream = self.bound.pop(ssrc, (None, None, None))
        if publication is not None and stream is not None:
            publication.remove_stream(stream)

    # What is asked of the peer and told to it

    def request_keyframes(self, now: float) -> None:
        """Sends the requests that are due, at once."""
        requests = [
            rtcp.picture_loss(self.local_ssrc, stream.ssrc)
            for _, _, stream in self.bound.values()
            if stream is not None and stream.flows(now) and stream.keyframes.due(now)
        ]
        if requests:
            self.asked.of_keyframes += len(requests)
            self.send_control(b"".join(requests))

    def send_control(self, compound: bytes) -> None:
        if self.srtp is None or self.address is None:
            return
        protected = self.srtp.protect_rtcp(compound)
        if protected is None:
            self.count("protect")
        else:
            self.send(protected, self.address)
