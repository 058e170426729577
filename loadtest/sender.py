"""What one participant publishes: a microphone and a camera of three layers, as RTP of ready-made payloads."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from loadtest import rtcp, sdp
from loadtest.media import AUDIO_FRAME_MS, AUDIO_RATE_HZ, FRAMES_PER_S, LAYERS, Media
from loadtest.packetize import RTP_HEADER, header_extensions, red_payload, vp8_descriptor
from loadtest.stamp import KEYFRAME, STREAMS, pack_stamp

SendRtp = Callable[[bytes], bytes | None]
"""Protects and sends one RTP packet; returns the datagram, None before there are keys."""
SendAgain = Callable[[bytes], object]
"""Sends a datagram once more."""

VIDEO_RATE_HZ = 90_000
_HISTORY = 512
"""Packets of a layer kept for retransmission: about four seconds of the top layer."""
_AUDIO_HISTORY = 64
"""Datagrams of a microphone kept: lost ones are sent again as they were, for audio has no retransmission stream."""
_LAYER_SPACING_S = 0.005
"""Encoders finish a picture's layers one after the other."""


class TransportSequence:
    """The transport-wide numbers of one peer, and which of them its feedback calls lost."""

    def __init__(self) -> None:
        self._next = 0
        self._lost: set[int] = set()
        self._lost_before = 0
        self.sent = 0
        self.reported = False

    def take(self) -> int:
        number = self._next
        self._next = (number + 1) & 0xFFFF
        self.sent += 1
        if number in self._lost:  # a whole cycle later: it never came
            self._lost.discard(number)
            self._lost_before += 1
        return number

    def feedback(self, feedback: rtcp.TransportFeedback) -> None:
        self.reported = True
        for offset, arrived in enumerate(feedback.arrived):
            number = (feedback.first + offset) & 0xFFFF
            if arrived:
                self._lost.discard(number)
            else:
                self._lost.add(number)

    @property
    def lost(self) -> int | None:
        """Packets that never reached the server; None if it sends no such feedback."""
        return self._lost_before + len(self._lost) if self.reported else None


@dataclass(slots=True)
class _Sent:
    sequence: int
    marker: bool
    rtp_ts: int
    payload: bytes


class OutgoingStream:
    """One SSRC.

    MID and RID go with it until the first feedback shows that the server knows it, as in browsers.
    """

    def __init__(
        self,
        send: SendRtp,
        transport: TransportSequence,
        *,
        payload_type: int,
        identity: Mapping[int, bytes],
        extensions: frozenset[int],
    ) -> None:
        self._send = send
        self._transport = transport
        self._payload_type = payload_type
        self._transport_cc = sdp.TRANSPORT_CC in extensions
        self._audio_level = sdp.AUDIO_LEVEL in extensions
        self._identity = {key: value for key, value in identity.items() if key in extensions}
        self._suffixes: dict[int | None, bytes] = {}
        self.ssrc = random.getrandbits(32)
        self.sequence = random.getrandbits(15)
        self.rtp_ts = random.getrandbits(31)
        self.packets = 0
        self.payload_bytes = 0
        self.reported_lost: int | None = None
        """From receiver reports: packets of this SSRC that never reached the server."""

    def send(self, payload: bytes, *, marker: bool, rtp_ts: int, level: int | None = None) -> bytes | None:
        """`level`: the audio level byte, for audio. Returns the datagram."""
        extension = self._suffixes.get(level) or self._make_extension(level)
        if self._transport_cc:  # the first element, behind 4 bytes of profile and length and 1 of id
            number = self._transport.take().to_bytes(2, "big")
            extension = b"".join((extension[:5], number, extension[7:]))
        first = 0x90 if extension else 0x80
        payload_type = self._payload_type | (0x80 if marker else 0)
        header = RTP_HEADER.pack(first, payload_type, self.sequence, rtp_ts & 0xFFFFFFFF, self.ssrc)
        self.sequence = (self.sequence + 1) & 0xFFFF
        self.rtp_ts = rtp_ts
        self.packets += 1
        self.payload_bytes += len(payload)
        return self._send(b"".join((header, extension, payload)))

    def _make_extension(self, level: int | None) -> bytes:
        elements: dict[int, bytes] = {}
        if self._transport_cc:
            elements[sdp.TRANSPORT_CC] = b"\0\0"
        if level is not None and self._audio_level:
            elements[sdp.AUDIO_LEVEL] = bytes((level,))
        made = header_extensions(elements | self._identity)
        self._suffixes[level] = made
        return made

    def known_by_server(self, cumulative_lost: int | None) -> None:
        """A receiver report named this SSRC."""
        self.reported_lost = cumulative_lost
        if self._identity:
            self._identity = {}
            self._suffixes.clear()

    def sender_report(self, now: float, last_sent_at: float, clock_rate: int) -> bytes:
        rtp_ts = self.rtp_ts + round((now - last_sent_at) * clock_rate)
        return rtcp.sender_report(
            self.ssrc, time.time_ns(), rtp_ts & 0xFFFFFFFF, self.packets, self.payload_bytes
        )


class Microphone:
    """20 ms of speech, or of a quiet room, fifty times a second."""

    def __init__(
        self,
        send: SendRtp,
        again: SendAgain,
        red: bool,
        transport: TransportSequence,
        media: Media,
        number: int,
        extensions: frozenset[int],
    ) -> None:
        self._media = media
        self._number = number
        self.spoken = 0
        """Frames sent, by this connection and those that it took over from."""
        self.on = False
        self.speaking = False
        self._talk_spurt = True
        self.sent_at = 0.0
        identity = {sdp.MID: sdp.MICROPHONE_MID.encode()}
        self.stream = OutgoingStream(
            send,
            transport,
            payload_type=sdp.RED if red else sdp.OPUS,
            identity=identity,
            extensions=extensions,
        )
        self._again = again
        self._red = red
        self._before: tuple[int, bytes] | None = None
        """Timestamp and frame of the packet before."""
        self._history: list[tuple[int, bytes] | None] = [None] * _AUDIO_HISTORY
        self.retransmitted = 0

    def take_over(self, former: Microphone) -> None:
        """Says the same as a connection of before, which may go on: the same frames under the same numbers."""
        self.on, self.speaking, self.spoken = former.on, former.speaking, former.spoken

    def tick(self, due: float) -> float:
        stream = self.stream
        rtp_ts = stream.rtp_ts + AUDIO_RATE_HZ * AUDIO_FRAME_MS // 1000
        if self.on:
            clip = self._media.speech if self.speaking else self._media.quiet
            # People do not speak in chorus.
            frame = clip[(self._number * 131 + self.spoken) % len(clip)]
            stamp = pack_stamp(self._number, 0, 0, self.spoken, time.time_ns())
            self.spoken += 1
            self._send(frame.payload + stamp, rtp_ts, frame.level_byte)
            self._talk_spurt = False
            self.sent_at = due
        else:
            stream.rtp_ts = rtp_ts
            self._talk_spurt = True
        return due + AUDIO_FRAME_MS / 1000

    def _send(self, frame: bytes, rtp_ts: int, level: int) -> None:
        payload = frame
        if self._red:
            before_ts, before = self._before or (0, None)
            payload = red_payload(before, rtp_ts - before_ts & 0xFFFFFFFF, frame, sdp.OPUS)
            self._before = rtp_ts, frame
        sequence = self.stream.sequence
        datagram = self.stream.send(payload, marker=self._talk_spurt, rtp_ts=rtp_ts, level=level)
        if datagram is not None:
            self._history[sequence % _AUDIO_HISTORY] = sequence, datagram

    def retransmit(self, sequences: tuple[int, ...]) -> None:
        for sequence in sequences:
            sent = self._history[sequence % _AUDIO_HISTORY]
            if sent is not None and sent[0] == sequence:
                self._again(sent[1])
                self.retransmitted += 1


class CameraLayer:
    """One simulcast encoding with its retransmission stream (RFC 4588)."""

    def __init__(
        self,
        send: SendRtp,
        transport: TransportSequence,
        media: Media,
        number: int,
        rid: str,
        extensions: frozenset[int],
    ) -> None:
        self._frames = media.video[rid]
        self._number = number
        self._index = 0
        self._picture_id = random.getrandbits(15)
        self._tl0_picture_index = random.getrandbits(8)
        self._stream_index = STREAMS.index(rid)
        self._sent: list[_Sent | None] = [None] * _HISTORY
        self.rid = rid
        self.on = False
        self.sent_at = 0.0
        self.keyframes_asked = 0
        self.retransmitted = 0
        mid, name = sdp.CAMERA_MID.encode(), rid.encode()
        self.stream = OutgoingStream(
            send,
            transport,
            payload_type=sdp.VP8,
            identity={sdp.MID: mid, sdp.RID: name},
            extensions=extensions,
        )
        self.rtx = OutgoingStream(
            send,
            transport,
            payload_type=sdp.RTX,
            identity={sdp.MID: mid, sdp.REPAIRED_RID: name},
            extensions=extensions,
        )

    def tick(self, due: float) -> float:
        if self.on:
            self._send_frame(due)
        else:
            self.stream.rtp_ts += VIDEO_RATE_HZ // FRAMES_PER_S
            self._index = 0
        return due + 1 / FRAMES_PER_S

    def _send_frame(self, due: float) -> None:
        frame = self._frames[self._index]
        self._index = (self._index + 1) % len(self._frames)
        self._picture_id = (self._picture_id + 1) & 0x7FFF
        self._tl0_picture_index = (self._tl0_picture_index + 1) & 0xFF
        stream = self.stream
        rtp_ts = (stream.rtp_ts + VIDEO_RATE_HZ // FRAMES_PER_S) & 0xFFFFFFFF
        last = len(frame.chunks) - 1
        flags = KEYFRAME if frame.keyframe else 0
        for index, chunk in enumerate(frame.chunks):
            payload = vp8_descriptor(index == 0, self._picture_id, self._tl0_picture_index) + chunk
            if index == last:
                payload += pack_stamp(self._number, self._stream_index, flags, stream.packets, time.time_ns())
            sequence = stream.sequence
            self._sent[sequence % _HISTORY] = _Sent(sequence, index == last, rtp_ts, payload)
            stream.send(payload, marker=index == last, rtp_ts=rtp_ts)
        self.sent_at = due

    def request_keyframe(self) -> None:
        """The next frame is a keyframe: the clip starts anew."""
        self.keyframes_asked += 1
        self._index = 0

    def retransmit(self, sequences: tuple[int, ...]) -> None:
        for sequence in sequences:
            sent = self._sent[sequence % _HISTORY]
            if sent is not None and sent.sequence == sequence:
                payload = sequence.to_bytes(2, "big") + sent.payload
                self.rtx.send(payload, marker=sent.marker, rtp_ts=sent.rtp_ts)
                self.retransmitted += 1


class Camera:
    """The three layers of a camera."""

    def __init__(
        self,
        send: SendRtp,
        transport: TransportSequence,
        media: Media,
        number: int,
        extensions: frozenset[int],
    ) -> None:
        self.layers = tuple(
            CameraLayer(send, transport, media, number, spec.rid, extensions) for spec in reversed(LAYERS)
        )

    @property
    def on(self) -> bool:
        return self.layers[0].on

    @on.setter
    def on(self, on: bool) -> None:
        for layer in self.layers:
            layer.on = on

    def first_due(self, now: float) -> list[tuple[CameraLayer, float]]:
        """When each layer's clock starts: people's cameras do not tick together."""
        begin = now + random.uniform(0, 1 / FRAMES_PER_S)
        return [(layer, begin + index * _LAYER_SPACING_S) for index, layer in enumerate(self.layers)]
