"""Every relay: what a subscriber gets is decodable video, checked by a real decoder against what the encoder meant.

Real VP8 in three layers goes over lossy links while the wanted layer and the publisher change at random. Each frame
that arrives must decode to exactly the picture that a decoder beside the encoder made of it: a wrong frame, a missing
one or a bad reference would show. In some of it libvpx encodes three temporal layers, and pictures are left out.
"""

from __future__ import annotations

import hashlib
import struct
from fractions import Fraction
from functools import cache
from itertools import groupby
from random import Random

import av
import pytest

from classroom.media.model import Layer, Step
from tests.media.contract import LOSSY, camera
from tests.media.netem import PERFECT
from tests.media.synthetic import Outgoing, Packet, SyntheticPeer
from tests.media.synthetic_packets import VP8
from tests.media.world import RelayFactory, World
from tests.network.impairment import Impairment

FPS = 10
CHUNK = 500
SIZES: dict[Layer, tuple[int, int]] = {"h": (192, 108), "m": (96, 54), "l": (48, 28)}
DESCRIPTOR = struct.Struct(">BBHBB")
TEMPORAL = ((0, False), (2, True), (1, True), (2, False))
"""FFmpeg's ts_layering_mode 3, from each key frame on: temporal id, and whether the picture refers to the base layer only. The
last one refers to the one before it. Without resilience probabilities would be handed on from every picture to the next."""
LAYERED = (
    "ts_number_layers=3:ts_target_bitrate=200,300,400:ts_rate_decimator=4,2,1:ts_periodicity=4:"
    "ts_layer_id=0,2,1,2:ts_layering_mode=3"
)


@cache
def planes(number: int, width: int, height: int, phase: int) -> tuple[bytes, ...]:
    """A pattern with detail in it that moves with `number`: three planes without padding."""
    sizes = (width, height), (width // 2, height // 2), (width // 2, height // 2)
    return tuple(
        bytes(
            (x * 7 + y * 5 + number * (9 + index) + phase) * (3 + index) & 0xFF
            for y in range(h)
            for x in range(w)
        )
        for index, (w, h) in enumerate(sizes)
    )


def picture(number: int, width: int, height: int, phase: int) -> av.VideoFrame:
    frame = av.VideoFrame(width, height, "yuv420p")
    for plane, pixels in zip(frame.planes, planes(number % 12, width, height, phase), strict=True):
        rows = [pixels[at : at + plane.width] for at in range(0, len(pixels), plane.width)]
        plane.update(b"".join(row.ljust(plane.line_size, b"\0") for row in rows))
    return frame


def fingerprint(frame: av.VideoFrame) -> str:
    digest = hashlib.md5(usedforsecurity=False)
    for plane in frame.planes:
        lines, size = bytes(plane), plane.line_size
        for y in range(plane.height):
            digest.update(lines[y * size : y * size + plane.width])
    return f"{frame.width}x{frame.height} {digest.hexdigest()}"


def decoder() -> av.VideoCodecContext:
    return av.CodecContext.create("vp8", "r")


class LiveVideo(Outgoing):
    """A layer encoded as it is sent; `truth` maps each encoded frame to the picture it stands for (a frame
    that says little may say it of several pictures)."""

    def __init__(
        self,
        peer: SyntheticPeer,
        layer: Layer,
        truth: dict[bytes, set[str]],
        ssrc: int,
        *,
        layered: bool = False,
    ) -> None:
        super().__init__(peer, "camera", ssrc, peer.world.random, layer, fps=FPS)
        self.width, self.height = SIZES[layer]
        self._truth = truth
        self._decoder = decoder()
        self._encoder = av.CodecContext.create("libvpx", "w")
        self._encoder.width, self._encoder.height = self.width, self.height
        self._encoder.pix_fmt = "yuv420p"
        self._encoder.framerate = Fraction(FPS)
        self._encoder.bit_rate = 400_000 * self.width // 192
        self._encoder.options = {"deadline": "realtime", "cpu-used": "-8", "lag-in-frames": "0", "g": "10000"}
        self.temporal = layered
        self.tl0picidx = 200
        if layered:
            self._encoder.options = {
                **self._encoder.options,
                "error-resilient": "default",
                "ts-parameters": LAYERED,
            }

    def _frame(self, now: float) -> None:
        image = picture(self.number, self.width, self.height, self.ssrc % 251)
        image.pts = self.number
        self.phase += 1
        if self.keyframe:
            image.pict_type = av.video.frame.PictureType.I
            self.phase = 0
        temporal_id, sync = TEMPORAL[self.phase % 4] if self.temporal else (0, True)
        self.keyframe = False
        self.tl0picidx += not temporal_id
        for packet in self._encoder.encode(image):
            data = bytes(packet)
            for decoded in self._decoder.decode(av.Packet(data)):
                self._truth.setdefault(data, set()).add(fingerprint(decoded))
            for at in range(0, len(data), CHUNK):
                first = 0x90 if at == 0 else 0x80
                head = DESCRIPTOR.pack(
                    first,
                    0xE0,
                    0x8000 | self.picture_id & 0x7FFF,
                    self.tl0picidx & 0xFF,
                    temporal_id << 6 | sync << 5,
                )
                self._emit(VP8, head + data[at : at + CHUNK], at + CHUNK >= len(data), now)
        self.picture_id += 1
        self.rtp_ts += 90_000 // FPS


def assemble(packets: list[Packet], *, gaps: bool) -> list[bytes]:
    """The frames that a receiver can decode, from packets in order.

    A change of source may cut the old one's last frame short, if the packets came out of order; then the very next
    frame is a key frame. Only after packets that stayed lost (`gaps`: whether that may be) does a receiver have to wait.
    """
    frames: list[bytes] = []
    decodable = lost = False
    previous = packets[0].sequence - 1
    for _, group in groupby(packets, key=lambda packet: packet.rtp_ts):
        frame = list(group)
        if frame[0].sequence != previous + 1:
            assert gaps
            decodable, lost = False, True
        previous = frame[-1].sequence
        if not any(packet.payload for packet in frame):
            continue  # They fill the places of packets that were lost, and came too late to be left out.
        contiguous = previous - frame[0].sequence + 1 == len(frame)
        opens = bool(frame[0].payload[0] & 0x10)
        if not (contiguous and opens and frame[-1].marker):
            assert gaps
            decodable, lost = False, lost or not contiguous
            continue
        keyframe = not frame[0].payload[DESCRIPTOR.size] & 1
        if decodable or keyframe:
            frames.append(b"".join(packet.payload[DESCRIPTOR.size :] for packet in frame))
            decodable, lost = True, False
        else:
            assert lost, "a new source begins with a key frame"
    return frames


def thin(world: World, viewer: SyntheticPeer, random: Random) -> None:
    """Now all pictures, now those of the base layer, while nothing else changes."""
    for _ in range(random.choice((1, 1, 3))):
        step = Step("h", random.random() < 0.6)
        world.relay.set_layers(viewer.id, {"v0": step}, 0.0, world.now)
        world.run(random.uniform(0.1, 0.8))


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("layered", [False, True], ids=["plain", "temporal"])
@pytest.mark.parametrize("conditions", [PERFECT, LOSSY], ids=["perfect", "lossy"])
def test_every_frame_decodes_to_the_picture_that_was_encoded(
    factory: RelayFactory, conditions: Impairment, layered: bool, seed: int
) -> None:
    world = World(factory, seed, conditions)
    random = Random(seed)
    truth: dict[bytes, set[str]] = {}
    publishers = [world.add("a"), world.add("b")]
    viewer = world.add("c")
    for publisher in publishers:
        for number, layer in enumerate(SIZES):
            ssrc = 600_000 + 1000 * publisher.index + number
            publisher.outgoing[ssrc] = LiveVideo(publisher, layer, truth, ssrc, layered=layered)
    world.relay.set_routes(viewer.id, [camera("v0", "a", "l")], world.now)
    world.run(0.6)
    for _ in range(10):
        name, layer = random.choice("aab"), random.choice(tuple(SIZES))
        world.relay.set_routes(viewer.id, [camera("v0", name, layer)], world.now)
        world.run(random.uniform(0.2, 0.8))
        if layered:
            thin(world, viewer, random)
    for publisher in publishers:
        for outgoing in publisher.outgoing.values():
            outgoing.active = False
    world.run(1)
    packets = viewer.slot("v0").in_order()
    timestamps = [packet.rtp_ts for packet in packets]
    assert timestamps == sorted(timestamps)
    frames = assemble(packets, gaps=conditions is not PERFECT)
    assert len(frames) > 0.9 * len(set(timestamps))
    decode = decoder()
    shown = set()
    for data in frames:
        (decoded,) = decode.decode(av.Packet(data))
        assert fingerprint(decoded) in truth[data]
        shown.add((decoded.width, decoded.height))
    assert len(shown) >= 2, "layers changed"
