"""H.264 through every relay: from those who have no VP8, to those who take both."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classroom.media.model import Codec, PeerMedia
from tests.media.contract import camera, check_stream
from tests.media.synthetic import SyntheticPeer
from tests.media.synthetic_packets import EXTENSIONS, VIDEO_CODECS, camera_ssrc, media, rtp
from tests.media.world import RelayFactory, World

SENT, SENT_RTX, TAKEN, TAKEN_RTX = 102, 103, 108, 109
PARAMETERS = b"\x78\x00\x04\x67\x42\xe0\x1f\x00\x04\x68\xce\x3c\x80"
IDR = b"\x7c\x85", b"\x7c\x45"
"""The first and the last fragment (FU-A)."""
SLICE = b"\x41\x9a"
FRAME_S = 0.04


def h264(number: int, repair: int) -> tuple[Codec, ...]:
    fmtp = "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"
    return Codec(number, "h264", 90000, fmtp=fmtp), Codec(repair, "rtx", 90000, apt=number)


def sender() -> PeerMedia:
    """Of a browser without VP8."""
    plain = media(0, rids=(), announced=True)
    sources = tuple(
        replace(source, codecs=h264(SENT, SENT_RTX)) if source.kind == "camera" else source
        for source in plain.sources
    )
    slots = tuple(
        replace(slot, codecs=h264(SENT, SENT_RTX)) if slot.media == "video" else slot for slot in plain.slots
    )
    return replace(plain, sources=sources, slots=slots)


def takes_both(index: int) -> PeerMedia:
    plain = media(index)
    slots = tuple(
        replace(slot, codecs=(*VIDEO_CODECS, *h264(TAKEN, TAKEN_RTX))) if slot.media == "video" else slot
        for slot in plain.slots
    )
    return replace(plain, slots=slots)


class Camera:
    """What a browser's H.264 encoder sends: parameter sets and a fragmented IDR picture when asked, else slices."""

    def __init__(self, world: World, peer: SyntheticPeer) -> None:
        self._world, self._peer = world, peer
        self._sequence, self._rtp_ts = 65_530, 1234

    def frames(self, count: int, *, keyframe: bool = False) -> None:
        for number in range(count):
            payloads = (PARAMETERS, *IDR) if keyframe and number == 0 else (SLICE,)
            for payload in payloads:
                self._send(payload + bytes([0x80 | number % 128] * 200), marker=payload is payloads[-1])
            self._rtp_ts += round(90_000 * FRAME_S)
            self._world.run(FRAME_S)

    def _send(self, payload: bytes, *, marker: bool) -> None:
        if payload.startswith(PARAMETERS):
            payload = PARAMETERS
        packet = rtp(
            SENT, self._sequence, self._rtp_ts, camera_ssrc(0, None), payload, marker=marker,
            extensions=[*self._peer.extensions(), (EXTENSIONS.mid, b"1")],
        )  # fmt: skip
        self._sequence += 1
        self._peer.send(packet, self._world.now)


@pytest.fixture
def world(factory: RelayFactory) -> World:
    """a sends H.264 only; b takes both, c VP8 alone."""
    world = World(factory)
    world.add("a", sender())
    world.add("b", takes_both(1))
    world.add("c", media(2, rids=(), announced=True))
    return world


def payloads(peer: SyntheticPeer) -> list[bytes]:
    return [packet.payload for packet in peer.slot("v0").in_order()]


def test_it_starts_at_the_parameter_sets_and_reaches_those_who_take_it(world: World) -> None:
    a, b, c = (world.peers[name] for name in "abc")
    for peer in (b, c):
        world.relay.set_routes(peer.id, [camera("v0", "a")], world.now)
    picture = Camera(world, a)
    picture.frames(5)
    assert b.received == {}, "nobody can begin in the middle"
    picture.frames(10, keyframe=True)
    check_stream(b, "v0")
    assert payloads(b)[0] == PARAMETERS
    assert [payload[:2] for payload in payloads(b)[1:4]] == [*IDR, SLICE]
    assert len(payloads(b)) == 12
    assert c.received == {}
    stats = world.relay.stats(b.id)
    assert stats is not None
    assert [slot.codec for slot in stats.sent] == ["h264"]


def test_who_comes_soon_after_begins_with_the_same_key_frame(world: World) -> None:
    a, b = world.peers["a"], world.peers["b"]
    picture = Camera(world, a)
    picture.frames(8, keyframe=True)
    world.relay.set_routes(b.id, [camera("v0", "a")], world.now)
    picture.frames(2)
    check_stream(b, "v0")
    assert payloads(b)[0] == PARAMETERS
    assert len(payloads(b)) == 12


def test_a_slot_changes_from_vp8_to_h264_and_back(world: World) -> None:
    a, b, c = (world.peers[name] for name in "abc")
    c.publish("camera")
    picture = Camera(world, a)
    for publisher in ("c", "a", "c"):
        world.relay.set_routes(b.id, [camera("v0", publisher)], world.now)
        picture.frames(15, keyframe=True)
    check_stream(b, "v0")
    kinds = ["h264" if payload[:1] in (b"\x78", b"\x7c", b"\x41") else "vp8" for payload in payloads(b)]
    changes = [kind for before, kind in zip(["", *kinds], kinds, strict=False) if kind != before]
    assert changes == ["vp8", "h264", "vp8"]
