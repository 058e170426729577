"""Synthetic browsers around a relay: they send and receive real SRTP over seeded lossy links, in simulated time.

They share no code with the relay: packets are protected by pylibsrtp's public interface.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from pylibsrtp import Error, Policy, Session

from classroom.media.model import Layer, PeerId, PeerMedia, PublicationKind
from classroom.media.relay import Address, SrtpKeys
from loadtest.packetize import red_payload
from tests.media.measurement import Measurement
from tests.media.netem import Link
from tests.media.synthetic_packets import (
    EXTENSIONS,
    OPUS,
    RED,
    RTX,
    VP8,
    Frame,
    camera_ssrc,
    microphone_ssrc,
    read_video,
    rtp,
    video_payload,
)
from tests.network.impairment import Impairment

if TYPE_CHECKING:
    from tests.media.world import World

PROFILE = Policy.SRTP_PROFILE_AEAD_AES_128_GCM
NACK_INTERVAL = 0.06


@dataclass
class Packet:
    """One received packet of a slot, in the order of arrival."""

    sequence: int
    """Unwrapped."""
    rtp_ts: int
    """Unwrapped."""
    marker: bool
    payload: bytes
    at: float
    repaired: bool


@dataclass
class Received:
    packets: dict[int, Packet] = field(default_factory=dict)
    order: list[Packet] = field(default_factory=list)
    duplicates: int = 0
    missing: dict[int, tuple[float, int]] = field(default_factory=dict)
    highest: int = -1
    first: int = -1
    rtp_ts: int = 0

    def in_order(self) -> list[Packet]:
        return [self.packets[number] for number in sorted(self.packets)]

    def gaps(self) -> list[int]:
        """Numbers between the first and the last that never came."""
        if not self.packets:
            return []
        return [n for n in range(min(self.packets), max(self.packets) + 1) if n not in self.packets]


class Outgoing:
    """A stream that a synthetic peer sends."""

    def __init__(
        self, peer: SyntheticPeer, kind: PublicationKind, ssrc: int, random: Random, layer: Layer | None = None,
        *, fps: float = 25, packets_per_frame: int = 3, size: int = 900, named: bool = True, temporal: bool = False,
    ) -> None:  # fmt: skip
        self.peer, self.kind, self.ssrc, self.layer = peer, kind, ssrc, layer
        self.rtx_ssrc = ssrc + 100
        self.video = kind in ("camera", "screen")
        self.interval = 1 / fps if self.video else 0.02
        self.packets_per_frame, self.size = packets_per_frame, size
        self.sequence = random.getrandbits(16)
        self.rtx_sequence = random.getrandbits(16)
        self.rtp_ts = random.getrandbits(32)
        self.picture_id = random.getrandbits(15)
        self.temporal = temporal
        """Two temporal layers; every eighth picture is a layer sync (in Chromium every fourth): the rarer, the stricter."""
        self.marks_sync = True
        """False: as of an encoder that never sets the Y bit (RFC 7741 section 4.2)."""
        self.phase = 0
        self.tl0picidx = random.getrandbits(8) if temporal else 0
        self.next_at = 0.0
        self.number = 0
        self.active = True
        self.keyframe = True
        self.keyframes_asked = 0
        self.nacks = 0
        self.level = 20
        self.named = named
        """MID and RID are in the header until the first receiver report."""
        self.history: dict[int, tuple[bytes, int, bool]] = {}
        self.datagrams: dict[int, bytes] = {}
        """Audio, as it was sent: without RTX, the same is sent again."""
        self.red = False
        """Every frame comes twice, as Chromium sends it."""
        self.before: bytes | None = None
        self.packets = 0

    def run(self, now: float) -> None:
        if not self.active or now < self.next_at:
            return
        self.next_at = max(self.next_at, now - self.interval) + self.interval
        if self.video:
            self._frame(now)
        else:
            payload = f"{self.peer.index}/{self.number}|".encode() + bytes(70)
            if self.red:
                self._emit(RED, red_payload(self.before, 960, payload, OPUS), False, now)
                self.before = payload
            else:
                self._emit(OPUS, payload, False, now)
            self.rtp_ts += 960
        self.number += 1

    def _frame(self, now: float) -> None:
        keyframe, self.keyframe = self.keyframe, False
        count = self.packets_per_frame + (2 if keyframe else 0)
        more: dict[str, Any] = {}
        if self.temporal:
            self.phase = 0 if keyframe else self.phase + 1
            temporal_id = self.phase & 1
            self.tl0picidx += not temporal_id
            more = {
                "tl0picidx": self.tl0picidx,
                "temporal_id": temporal_id,
                "sync": self.marks_sync and self.phase % 8 == 1,
            }
        for index in range(count):
            payload = video_payload(
                self.peer.index, self.layer or "", self.number, index, keyframe, self.picture_id, self.size,
                **more,
            )  # fmt: skip
            self._emit(VP8, payload, index == count - 1, now)
        self.picture_id += 1
        self.rtp_ts += round(90_000 * self.interval)

    def _emit(self, number: int, payload: bytes, marker: bool, now: float) -> None:
        self.history[self.sequence & 0xFFFF] = (payload, self.rtp_ts, marker)
        extensions = self.peer.extensions()
        if self.named:
            extensions.append((EXTENSIONS.mid, b"1" if self.video else b"0"))
            if self.layer:
                extensions.append((EXTENSIONS.rid, self.layer.encode()))
        if not self.video:
            extensions.append((EXTENSIONS.audio_level, bytes([self.level])))
        sent = self.peer.send(
            rtp(number, self.sequence, self.rtp_ts, self.ssrc, payload, marker=marker, extensions=extensions),
            now,
        )
        if not self.video:
            self.datagrams[self.sequence & 0xFFFF] = sent
        self.sequence += 1
        self.packets += 1

    def pad(self, now: float) -> None:
        """A probing packet without payload, as Chromium sends where RTX is off."""
        self.peer.send(
            rtp(
                VP8,
                self.sequence,
                self.rtp_ts,
                self.ssrc,
                b"",
                extensions=self.peer.extensions(),
                padding=200,
            ),
            now,
        )
        self.sequence += 1

    def repair(self, sequence: int, now: float) -> None:
        self.nacks += 1
        if not self.video:
            if sequence in self.datagrams:
                self.peer.up.send(self.datagrams[sequence], now)
            return
        found = self.history.get(sequence)
        if found is None:
            return
        payload, rtp_ts, marker = found
        extensions = [*self.peer.extensions(), (EXTENSIONS.mid, b"1")]
        if self.layer:
            extensions.append((EXTENSIONS.repaired_rid, self.layer.encode()))
        body = struct.pack(">H", sequence) + payload
        self.peer.send(
            rtp(RTX, self.rtx_sequence, rtp_ts, self.rtx_ssrc, body, marker=marker, extensions=extensions),
            now,
        )
        self.rtx_sequence += 1


class SyntheticPeer:
    def __init__(
        self, world: World, name: str, index: int, peer_media: PeerMedia, conditions: Impairment
    ) -> None:
        self.world, self.index = world, index
        self.id = PeerId("room", name)
        self.media = peer_media
        self.address: Address = ("10.0.0.1", 1000 + index)
        self.up = Link(conditions, Random(world.random.getrandbits(64)))
        self.down = Link(conditions, Random(world.random.getrandbits(64)))
        self.outgoing: dict[int, Outgoing] = {}
        self.received: dict[int, Received] = {}
        self.repairs = {slot.rtx_ssrc: slot.ssrc for slot in peer_media.slots if slot.rtx_ssrc}
        self.transport_sequence = 0
        self.rtcp: list[tuple[float, bytes]] = []
        self.undecryptable = 0
        self._arrived_at = 0.0
        self.measurement = Measurement(peer_media) if peer_media.downlink else None
        self.sends_nacks = True
        self.busy_until = 0.0
        """Until then the browser has no time: it neither reads nor sends."""
        self.rekey()

    def rekey(self) -> None:
        random = self.world.random
        up, down = random.randbytes(28), random.randbytes(28)
        self.keys = SrtpKeys(PROFILE, receive=up, send=down)
        self._out = Session(_policy(up, Policy.SSRC_ANY_OUTBOUND))
        self._in = Session(_policy(down, Policy.SSRC_ANY_INBOUND))

    # Sending

    def publish(
        self, kind: PublicationKind, layer: Layer | None = None, ssrc: int | None = None, **options: object
    ) -> Outgoing:
        if ssrc is None:
            ssrc = microphone_ssrc(self.index) if kind == "microphone" else camera_ssrc(self.index, layer)
        outgoing = Outgoing(self, kind, ssrc, self.world.random, layer, **options)  # type: ignore[arg-type]
        self.outgoing[ssrc] = outgoing
        return outgoing

    def publish_simulcast(self) -> dict[Layer, Outgoing]:
        sizes: dict[Layer, int] = {"h": 4, "m": 2, "l": 1}
        return {
            layer: self.publish("camera", layer, packets_per_frame=count) for layer, count in sizes.items()
        }

    def extensions(self) -> list[tuple[int, bytes]]:
        self.transport_sequence += 1
        return [(EXTENSIONS.transport_cc, struct.pack(">H", self.transport_sequence & 0xFFFF))]

    def send(self, packet: bytes, now: float) -> bytes:
        datagram: bytes = self._out.protect(packet)
        self.up.send(datagram, now)
        return datagram

    def send_rtcp(self, compound: bytes, now: float) -> None:
        self.up.send(self._out.protect_rtcp(compound), now)

    def request_keyframe(self, ssrc: int, now: float) -> None:
        self.send_rtcp(struct.pack(">BBHII", 0x81, 206, 2, 1, ssrc), now)

    def request_packets(self, ssrc: int, sequences: Iterable[int], now: float) -> None:
        fields = b"".join(struct.pack(">HH", sequence & 0xFFFF, 0) for sequence in sequences)
        self.send_rtcp(struct.pack(">BBHII", 0x81, 205, 2 + len(fields) // 4, 1, ssrc) + fields, now)

    def sender_report(self, ssrc: int, ntp: float, rtp_ts: int, now: float) -> None:
        body = struct.pack(">IQIII", ssrc, int(ntp * 2**32), rtp_ts & 0xFFFFFFFF, 0, 0)
        self.send_rtcp(struct.pack(">BBH", 0x80, 200, 6) + body, now)

    def report_blocks(self, now: float) -> None:
        """A receiver report on every slot whose sender report has come (RFC 3550 section 6.4.1); no losses are told."""
        for when, body in self.parts(200)[-1:]:
            ssrc, ntp = struct.unpack_from(">IQ", body)
            delay = int((now - when) * 65536)
            block = struct.pack(">IIIIII", ssrc, 0, 0, 0, ntp >> 16 & 0xFFFFFFFF, delay)
            self.send_rtcp(struct.pack(">BBHI", 0x81, 201, 7, 1) + block, now)

    # Receiving

    def drain(self, now: float) -> None:
        """Takes what has arrived."""
        for arrived_at, datagram in self.down.arrivals(now):
            self._arrived_at = max(arrived_at, self.busy_until)
            try:
                if 64 <= datagram[1] & 0x7F < 96:
                    self._control(self._in.unprotect_rtcp(datagram), now)
                else:
                    self._media(self._in.unprotect(datagram), now)
            except Error:
                self.undecryptable += 1

    def run(self, now: float) -> None:
        if now < self.busy_until:
            return
        self.drain(now)
        for outgoing in list(self.outgoing.values()):
            outgoing.run(now)
        if self.measurement is not None:
            for report in self.measurement.due(now):
                self.send_rtcp(report, now)
        if self.sends_nacks:
            for ssrc, received in self.received.items():
                due = [n for n, (at, tries) in received.missing.items() if at <= now and tries < 12][:100]
                for number in due:
                    received.missing[number] = (now + NACK_INTERVAL, received.missing[number][1] + 1)
                if due:
                    self.request_packets(ssrc, due, now)

    def _media(self, packet: bytes, now: float) -> None:
        first, second, sequence, rtp_ts, ssrc = struct.unpack_from(">BBHII", packet)
        payload = packet[12:]
        if self.measurement is not None and first & 0x10:
            payload = self.measurement.arrived(packet, self._arrived_at)
            if not payload:
                return
            first &= ~0x10
        assert first == 0x80, "neither padding nor other extensions reach a subscriber"
        repaired = ssrc in self.repairs
        if repaired:
            assert second & 0x7F == RTX
            ssrc, sequence, payload = self.repairs[ssrc], int.from_bytes(payload[:2], "big"), payload[2:]
        received = self.received.setdefault(ssrc, Received())
        if received.highest < 0:
            received.highest = received.first = sequence + 0x10000
            received.rtp_ts = rtp_ts + 0x100000000
        delta = (sequence - received.highest) & 0xFFFF
        number = received.highest + (delta if delta < 0x8000 else delta - 0x10000)
        ts_delta = (rtp_ts - received.rtp_ts) & 0xFFFFFFFF
        unwrapped = received.rtp_ts + (ts_delta if ts_delta < 1 << 31 else ts_delta - (1 << 32))
        if number > received.highest:
            for lost in range(received.highest + 1, number):
                received.missing[lost] = (now, 0)
            received.highest = number
            received.rtp_ts = unwrapped
        received.missing.pop(number, None)
        entry = Packet(number, unwrapped, bool(second & 0x80), payload, now, repaired)
        if number in received.packets:
            received.duplicates += 1
        else:
            received.packets[number] = entry
        received.order.append(entry)

    def _control(self, compound: bytes, now: float) -> None:
        self.rtcp.append((now, compound))
        at = 0
        while at < len(compound):
            first, kind, words = struct.unpack_from(">BBH", compound, at)
            body = compound[at + 4 : at + 4 + 4 * words]
            self._control_part(first & 0x1F, kind, body, now)
            at += 4 + 4 * words

    def _control_part(self, form: int, kind: int, body: bytes, now: float) -> None:
        if kind == 201:
            for block in range(form):
                (ssrc,) = struct.unpack_from(">I", body, 4 + 24 * block)
                if ssrc in self.outgoing:
                    self.outgoing[ssrc].named = False
        elif kind == 206 and form == 1:
            (ssrc,) = struct.unpack_from(">I", body, 4)
            if ssrc in self.outgoing:
                self.outgoing[ssrc].keyframe = True
                self.outgoing[ssrc].keyframes_asked += 1
        elif kind == 205 and form == 1:
            (ssrc,) = struct.unpack_from(">I", body, 4)
            for at in range(8, len(body), 4):
                first, bits = struct.unpack_from(">HH", body, at)
                wanted = [first] + [first + 1 + bit for bit in range(16) if bits >> bit & 1]
                if ssrc in self.outgoing:
                    for sequence in wanted:
                        self.outgoing[ssrc].repair(sequence & 0xFFFF, now)

    def parts(self, kind: int, form: int | None = None) -> list[tuple[float, bytes]]:
        """The RTCP packets of a kind that came: (when, body after the common header)."""
        found = []
        for when, compound in self.rtcp:
            at = 0
            while at < len(compound):
                first, this, words = struct.unpack_from(">BBH", compound, at)
                if this == kind and (form is None or first & 0x1F == form):
                    found.append((when, compound[at + 4 : at + 4 + 4 * words]))
                at += 4 + 4 * words
        return found

    def slot(self, name: str) -> Received:
        ssrc = next(slot.ssrc for slot in self.media.slots if slot.name == name)
        return self.received.setdefault(ssrc, Received())

    def frames(self, name: str) -> list[tuple[Packet, Frame]]:
        """The video packets of a slot in their order."""
        return [
            (packet, read_video(packet.payload)) for packet in self.slot(name).in_order() if packet.payload
        ]


def _policy(key: bytes, kind: int) -> Policy:
    policy = Policy(key=key, ssrc_type=kind, srtp_profile=PROFILE)
    policy.window_size = 2048
    policy.allow_repeat_tx = True
    return policy
