"""What synthetic participants say and show: real speech and a moving picture, encoded once at the start.

The speech is a committed clip (`assets/make_speech.py` made it). The picture is drawn by FFmpeg's test
source with a camera's noise over it, and encoded by libvpx as the three layers that a browser's simulcast
sends, at steady bit rates. A clip begins with its only keyframe: going back to the start is how a publisher
answers a keyframe request.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import av.filter
from av.video.frame import PictureType

from loadtest.packetize import opus_with_padding, vp8_chunks

FRAMES_PER_S = 25
CLIP_SECONDS = 6
AUDIO_FRAME_MS = 20
AUDIO_RATE_HZ = 48_000
SILENCE_LEVEL = 90
"""RFC 6464 level of a quiet microphone, in -dBov (127 is digital silence)."""
VOICE_LEVEL = 50
"""At this level or louder a frame is flagged as voice."""

SPEECH = Path(__file__).with_name("assets") / "speech.opus"


@dataclass(frozen=True, slots=True)
class LayerSpec:
    rid: str
    width: int
    height: int
    bitrate_bps: int


LAYERS = (
    LayerSpec("h", 640, 360, 900_000),
    LayerSpec("m", 320, 180, 300_000),
    LayerSpec("l", 160, 90, 100_000),
)
"""In the order in which browsers must offer them."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    payload: bytes
    """Ready for a stamp to be appended, which is its padding."""
    level: int
    """-dBov, 0 (loudest) … 127."""

    @property
    def level_byte(self) -> int:
        """RFC 6464 section 3: voice flag and level."""
        return (0x80 if self.level <= VOICE_LEVEL else 0) | self.level


@dataclass(frozen=True, slots=True)
class VideoFrame:
    keyframe: bool
    chunks: tuple[bytes, ...]
    """Packet-sized parts, without payload descriptor; a stamp goes behind the last."""


@dataclass(frozen=True, slots=True)
class Media:
    speech: tuple[AudioFrame, ...]
    quiet: tuple[AudioFrame, ...]
    video: dict[str, tuple[VideoFrame, ...]]
    """By rid."""


def load_media() -> Media:
    """Everything there is to send. Takes ten seconds of CPU: `kept_media.prepared_media` does it once on a machine."""
    return Media(speech=load_speech(), quiet=make_quiet(), video=make_video())


def load_speech() -> tuple[AudioFrame, ...]:
    """The committed speech, 20 ms per frame, each with its measured level."""
    decoder = av.CodecContext.create("opus", "r")
    to_samples = av.AudioResampler(format="s16", layout="mono", rate=AUDIO_RATE_HZ)
    frames = []
    with av.open(str(SPEECH)) as container:
        for packet in container.demux(audio=0):
            data = bytes(packet)
            if not data:
                continue
            samples = b"".join(
                bytes(piece.planes[0])[: 2 * piece.samples]
                for decoded in decoder.decode(av.Packet(data))
                for piece in to_samples.resample(decoded)
            )
            frames.append(AudioFrame(opus_with_padding(data), level_dbov(samples)))
    return tuple(frames)


def make_quiet() -> tuple[AudioFrame, ...]:
    """A second of an open microphone in a silent room."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate = AUDIO_RATE_HZ
    encoder.layout = "mono"
    encoder.format = "s16"
    encoder.bit_rate = 24_000
    encoder.options = {"frame_duration": str(AUDIO_FRAME_MS), "application": "voip"}
    samples = AUDIO_RATE_HZ * AUDIO_FRAME_MS // 1000
    frames = []
    for index in range(1000 // AUDIO_FRAME_MS):
        frame = av.AudioFrame(format="s16", layout="mono", samples=samples)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.sample_rate = AUDIO_RATE_HZ
        frame.pts = index * samples
        frames += [
            AudioFrame(opus_with_padding(bytes(packet)), SILENCE_LEVEL) for packet in encoder.encode(frame)
        ]
    return tuple(frames)


def level_dbov(samples: bytes) -> int:
    """RFC 6465 appendix A: root mean square of 16-bit samples in -dBov, 0…127."""
    values = memoryview(samples).cast("h")
    power = sum(value * value for value in values) / max(1, len(values)) / 32767**2
    return 127 if power <= 0 else min(127, max(0, round(-10 * math.log10(power))))


def make_video() -> dict[str, tuple[VideoFrame, ...]]:
    """The same moving picture in every layer, by rid."""
    pictures = draw_pictures()
    return {spec.rid: encode_layer(pictures, spec) for spec in LAYERS}


def draw_pictures() -> list[av.VideoFrame]:
    """Moving shapes under noise, `CLIP_SECONDS` long, in the size of the top layer."""
    graph = av.filter.Graph()
    size = f"{LAYERS[0].width}x{LAYERS[0].height}"
    chain = (
        graph.add("testsrc2", f"size={size}:rate={FRAMES_PER_S}:duration={CLIP_SECONDS}"),
        graph.add("noise", "alls=10:allf=t"),
        graph.add("format", "yuv420p"),
        graph.add("buffersink"),
    )
    for upper, lower in pairwise(chain):
        upper.link_to(lower)
    graph.configure()
    pictures = []
    try:
        while True:
            pictures.append(graph.vpull())
    except (av.EOFError, av.BlockingIOError):
        return pictures


def encode_layer(pictures: list[av.VideoFrame], spec: LayerSpec) -> tuple[VideoFrame, ...]:
    """VP8 as a browser encodes a camera: real time, constant bit rate, no keyframe after the first."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height, encoder.pix_fmt = spec.width, spec.height, "yuv420p"
    encoder.time_base = Fraction(1, FRAMES_PER_S)
    encoder.framerate = Fraction(FRAMES_PER_S)
    encoder.bit_rate = spec.bitrate_bps
    encoder.gop_size = len(pictures) + 1
    rate = str(spec.bitrate_bps)
    encoder.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "lag-in-frames": "0",
        "minrate": rate,
        "maxrate": rate,
        "bufsize": str(spec.bitrate_bps // 2),
    }
    packets = []
    for index, picture in enumerate(pictures):
        scaled = picture.reformat(spec.width, spec.height)
        scaled.pts, scaled.time_base = index, encoder.time_base
        scaled.pict_type = PictureType.NONE  # the source's frames ask for keyframes
        packets += encoder.encode(scaled)
    packets += encoder.encode(None)
    return tuple(VideoFrame(packet.is_keyframe, vp8_chunks(bytes(packet))) for packet in packets)
