"""One participant's media: what it publishes, what it receives in its slots, and the RTCP for both."""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from struct import unpack_from

import pylibsrtp

from loadtest import rtcp, sdp
from loadtest.arrivals import FEEDBACK_EVERY_S, ArrivalRecorder, transport_number
from loadtest.dtls import Certificate
from loadtest.media import AUDIO_FRAME_MS, AUDIO_RATE_HZ, LAYERS, Media
from loadtest.network import NetworkPath
from loadtest.pacer import Pacer, Task
from loadtest.receiver import SlotObserver, SlotReceiver
from loadtest.sender import VIDEO_RATE_HZ, Camera, Microphone, OutgoingStream, TransportSequence
from loadtest.transport import DRAIN_EVERY_S, Transport

_CARE_S = 0.025
"""How often gaps are looked after."""
_REPORT_S = 1.0
_KEYFRAME_PATIENCE_S = 0.5
"""A decoder that gets no keyframe asks again this often."""


@dataclass(slots=True)
class RtcpCounts:
    """What was asked for."""

    nacks_sent: int = 0
    """Packets asked for again."""
    plis_sent: int = 0


class MediaPeer:
    """`number` goes into every stamp. Make the offer, `connect` with the answer, then switch sources on."""

    def __init__(
        self,
        number: int,
        media: Media,
        pacer: Pacer,
        observer: SlotObserver,
        network: NetworkPath | None = None,
        drain_every_s: float = DRAIN_EVERY_S,
    ) -> None:
        self._number = number
        self._media = media
        self._pacer = pacer
        self._observer = observer
        self._certificate = Certificate()
        self._ufrag, self._pwd = secrets.token_hex(4), secrets.token_hex(16)
        self._by_ssrc: dict[int, SlotReceiver] = {}
        self._by_rtx_ssrc: dict[int, SlotReceiver] = {}
        self._closed = False
        self._reported_at = pacer.now() - random.uniform(0, _REPORT_S)
        self.transport = Transport(pacer, self._certificate, self._rtp, self._rtcp, network, drain_every_s)
        self.sequence = TransportSequence()
        self._arrivals = ArrivalRecorder()
        self._told_at = 0.0
        self.slots: dict[str, SlotReceiver] = {}
        self.microphone: Microphone | None = None
        self.camera: Camera | None = None
        self.counts = RtcpCounts()
        self.unknown_ssrc = 0

    def offer(self, audio_slots: int, video_slots: int) -> str:
        return sdp.make_offer(
            ufrag=self._ufrag,
            pwd=self._pwd,
            fingerprint=self._certificate.fingerprint,
            rids=tuple(spec.rid for spec in LAYERS),
            audio_slots=audio_slots,
            video_slots=video_slots,
        )

    async def connect(self, answer_sdp: str, camera: bool = True) -> None:
        """Raises sdp.AnswerError and TransportError. Nothing is sent until a source is switched on; `camera`: whether
        the camera will be."""
        answer = sdp.parse_answer(answer_sdp)
        for slot in answer.slots:
            receiver = SlotReceiver(
                slot.name, slot.ssrc, self._observer, self.transport.unprotect, self.transport.arrival_ns
            )
            self.slots[slot.name] = self._by_ssrc[slot.ssrc] = receiver
            if slot.rtx_ssrc is not None:
                self._by_rtx_ssrc[slot.rtx_ssrc] = receiver
        arguments = (self.sequence, self._media, self._number, answer.extensions)
        send = self.transport.send_rtp
        self.microphone = Microphone(send, self.transport.send_again, answer.red, *arguments)
        self.camera = Camera(send, *arguments)
        await self.transport.connect(answer, self._ufrag)
        now = self._pacer.now()
        self._pacer.start(
            self._while_open(self.microphone.tick), now + random.uniform(0, AUDIO_FRAME_MS / 1000)
        )
        for layer, due in self.camera.first_due(now) if camera else ():
            self._pacer.start(self._while_open(layer.tick), due)
        self._pacer.start(self._care, now + random.uniform(0, _CARE_S))

    def close(self) -> None:
        self._closed = True
        self.transport.close()

    def assign(self, slot: str, publisher: int | None) -> None:
        receiver = self.slots.get(slot)
        if receiver is not None:
            receiver.assign(publisher, self._pacer.now())

    def watch(self, on: bool) -> None:
        """Decrypt everything, to see who is the first to be heard and seen."""
        for slot in self.slots.values():
            slot.watched = on

    @property
    def packets_sent(self) -> int:
        return sum(stream.packets for stream in self._streams())

    @property
    def uplink_lost(self) -> int | None:
        """Packets that never reached the server, by what it says; None if it says nothing."""
        if (lost := self.sequence.lost) is not None:
            return lost
        told = [stream.reported_lost for stream in self._streams() if stream.reported_lost is not None]
        return sum(told) if told else None

    def _while_open(self, tick: Callable[[float], float]) -> Task:
        return lambda due: None if self._closed else tick(due)

    def _rtp(self, datagram: bytes, now: float) -> None:
        number = transport_number(datagram)
        if number is not None:
            self._arrivals.add(number, self.transport.arrival_ns())
        (ssrc,) = unpack_from("!I", datagram, 8)
        slot = self._by_ssrc.get(ssrc)
        if slot is not None:
            slot.receive(datagram, now)
        elif (slot := self._by_rtx_ssrc.get(ssrc)) is not None:
            try:
                packet = self.transport.unprotect(datagram)
            except pylibsrtp.Error:
                slot.undecryptable += 1
                return
            slot.repair(packet)
        else:
            self.unknown_ssrc += 1

    def _rtcp(self, compound: bytes, now: float) -> None:
        for item in rtcp.read_feedback(compound):
            if isinstance(item, rtcp.TransportFeedback):
                self.sequence.feedback(item)
            elif isinstance(item, rtcp.SenderInfo):
                if (slot := self._by_ssrc.get(item.ssrc)) is not None:
                    slot.last_sr, slot.last_sr_at = item.ntp_middle, now
            elif isinstance(item, rtcp.ReceptionBlock):
                for stream in self._streams():
                    if stream.ssrc == item.ssrc:
                        stream.known_by_server(item.cumulative_lost)
            elif self.camera is not None and self.microphone is not None:
                self._repair(self.microphone, self.camera, item)

    @staticmethod
    def _repair(
        microphone: Microphone, camera: Camera, request: rtcp.NackRequest | rtcp.KeyframeRequest
    ) -> None:
        if isinstance(request, rtcp.NackRequest) and request.ssrc == microphone.stream.ssrc:
            microphone.retransmit(request.sequences)
        for layer in camera.layers:
            if layer.stream.ssrc == request.ssrc:
                if isinstance(request, rtcp.NackRequest):
                    layer.retransmit(request.sequences)
                else:
                    layer.request_keyframe()

    def _streams(self) -> list[OutgoingStream]:
        if self.microphone is None or self.camera is None:
            return []
        layers = self.camera.layers
        return [
            self.microphone.stream,
            *(layer.stream for layer in layers),
            *(layer.rtx for layer in layers),
        ]

    def _care(self, due: float) -> float | None:
        if self._closed:
            return None
        now = self._pacer.now()
        if now - self._told_at >= FEEDBACK_EVERY_S:
            self._told_at = now
            self._tell_arrivals()
        for slot in self.slots.values():
            if slot.missing:
                self._ask_again(slot, now)
        if now - self._reported_at >= _REPORT_S:
            self._reported_at = now
            self._ask_for_keyframes(now)
            self._report(now)
        return due + _CARE_S

    def _tell_arrivals(self) -> None:
        media_ssrc = next((slot.ssrc for slot in self.slots.values() if slot.received), None)
        if media_ssrc is not None:
            feedback = self._arrivals.feedback(self._own_ssrc, media_ssrc)
            if feedback is not None:
                self.transport.send_rtcp(feedback)

    def _ask_again(self, slot: SlotReceiver, now: float) -> None:
        asked, given_up = slot.due_nacks(now)
        if asked:
            self.counts.nacks_sent += len(asked)
            self.transport.send_rtcp(rtcp.nack(self._own_ssrc, slot.ssrc, asked))
        if given_up and slot.media == "video":
            self._ask_for_keyframe(slot)

    def _ask_for_keyframes(self, now: float) -> None:
        for slot in self.slots.values():
            waiting = slot.hunting and slot.publisher is not None and slot.media == "video"
            if waiting and now - slot.hunting_since > _KEYFRAME_PATIENCE_S:
                self._ask_for_keyframe(slot)

    def _ask_for_keyframe(self, slot: SlotReceiver) -> None:
        self.counts.plis_sent += 1
        self.transport.send_rtcp(rtcp.picture_loss(self._own_ssrc, slot.ssrc))

    @property
    def _own_ssrc(self) -> int:
        assert self.microphone is not None
        return self.microphone.stream.ssrc

    def _report(self, now: float) -> None:
        """A compound packet: sender reports of what flows, reports on what arrives, and the CNAME."""
        if self.microphone is None or self.camera is None:
            return
        parts = []
        if self.microphone.on:
            sent_at = self.microphone.sent_at
            parts.append(self.microphone.stream.sender_report(now, sent_at, AUDIO_RATE_HZ))
        if self.camera.on:
            for layer in self.camera.layers:
                parts.append(layer.stream.sender_report(now, layer.sent_at, VIDEO_RATE_HZ))
        blocks = []
        for slot in self.slots.values():
            slot.settle(now)
            if slot.received:
                blocks.append(self._block(slot, now))
        parts.append(rtcp.receiver_report(self._own_ssrc, blocks))
        parts.append(rtcp.cname(self._own_ssrc, f"loadtest-{self._number}"))
        self.transport.send_rtcp(b"".join(parts))

    @staticmethod
    def _block(slot: SlotReceiver, now: float) -> rtcp.ReceptionBlock:
        delay = round((now - slot.last_sr_at) * 65536) if slot.last_sr else 0
        return rtcp.ReceptionBlock(
            ssrc=slot.ssrc,
            fraction_lost=slot.loss_since_report(),
            cumulative_lost=slot.lost,
            highest_sequence=slot.highest - 0x10000 if slot.highest >= 0x10000 else 0,
            last_sr=slot.last_sr,
            delay_since_last_sr=delay,
        )
