"""The packets of synthetic browsers, made and read without any of the relay's code."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from classroom.media.model import Codec, DownlinkFeedback, Extensions, Layer, PeerMedia, Slot, Source

OPUS, RED, VP8, RTX = 111, 63, 96, 97
AUDIO_CODECS = (Codec(OPUS, "opus", 48000, 2),)
REDUNDANT_CODECS = (Codec(RED, "red", 48000, 2), *AUDIO_CODECS)
VIDEO_CODECS = (Codec(VP8, "vp8", 90000), Codec(RTX, "rtx", 90000, apt=VP8))
EXTENSIONS = Extensions(mid=4, rid=10, repaired_rid=11, transport_cc=3, abs_send_time=2, audio_level=1)


def media(
    index: int,
    *,
    rids: tuple[Layer, ...] = ("h", "m", "l"),
    audio_slots: int = 2,
    video_slots: int = 3,
    announced: bool = False,
    transport_cc: bool = True,
    remb: bool = False,
    red: bool = False,
    audio_nack: bool = False,
    downlink: DownlinkFeedback = "",
) -> PeerMedia:
    """A browser's usual m-lines; SSRCs of slots tell the peer and the slot (10,000 * (index + 1) + …)."""
    audio_codecs = REDUNDANT_CODECS if red else AUDIO_CODECS
    base = 10_000 * (index + 1)
    camera_ssrcs: tuple[int, ...] = (
        (camera_ssrc(index, None), camera_ssrc(index, None) + 100) if announced else ()
    )
    sources = (
        Source("0", "microphone", audio_codecs, nack=audio_nack),
        Source(
            "1",
            "camera",
            VIDEO_CODECS,
            rids,
            camera_ssrcs,
            ((camera_ssrcs[0], camera_ssrcs[1]),) if announced else (),
        ),
    )
    slots = tuple(
        Slot(f"a{n}", f"a{n}", "audio", base + n, 0, audio_codecs, nack=audio_nack, measured=bool(downlink))
        for n in range(audio_slots)
    ) + tuple(
        Slot(f"v{n}", f"v{n}", "video", base + 100 + n, base + 200 + n, VIDEO_CODECS, measured=bool(downlink))
        for n in range(video_slots)
    )
    return PeerMedia(sources, slots, EXTENSIONS, remb=remb, transport_cc=transport_cc, downlink=downlink)


def microphone_ssrc(index: int) -> int:
    return 500_000 + index * 1000


def camera_ssrc(index: int, layer: Layer | None) -> int:
    return 500_001 + index * 1000 + (0 if layer is None else 1 + "lmh".index(layer))


@dataclass
class Frame:
    """What a synthetic video payload says, after its descriptor."""

    publisher: int
    layer: str
    number: int
    index: int
    keyframe: bool
    picture_id: int
    tl0picidx: int
    temporal_id: int = 0
    sync: bool = False


def video_payload(
    publisher: int,
    layer: str,
    number: int,
    index: int,
    keyframe: bool,
    picture_id: int,
    size: int,
    *,
    tl0picidx: int | None = None,
    temporal_id: int = 0,
    sync: bool = True,
) -> bytes:
    """VP8 descriptor with 15-bit picture id, TL0PICIDX and TID; then a P bit, then who and what, filled up."""
    first = 0x80 | (0x10 if index == 0 else 0)
    tl0 = number if tl0picidx is None else tl0picidx
    head = struct.pack(
        ">BBHBB", first, 0xE0, 0x8000 | picture_id & 0x7FFF, tl0 & 0xFF, temporal_id << 6 | sync << 5
    )
    body = (
        bytes([0 if keyframe else 1])
        + f"{publisher}/{layer or '-'}/{number}/{index}/{int(keyframe)}|".encode()
    )
    return head + body + bytes(max(0, size - len(head) - len(body)))


def read_video(payload: bytes) -> Frame:
    _, _, picture_id, tl0picidx, temporal = struct.unpack_from(">BBHBB", payload)
    publisher, layer, number, index, keyframe = payload[7 : payload.index(b"|", 7)].decode().split("/")
    return Frame(
        int(publisher), layer, int(number), int(index), keyframe == "1", picture_id & 0x7FFF, tl0picidx,
        temporal >> 6, bool(temporal & 0x20),
    )  # fmt: skip


def read_audio(payload: bytes) -> tuple[int, int]:
    """(publisher, packet number) of a synthetic audio payload."""
    publisher, number = payload[: payload.index(b"|")].decode().split("/")
    return int(publisher), int(number)


def rtp(
    number: int, sequence: int, rtp_ts: int, ssrc: int, payload: bytes, *, marker: bool = False,
    extensions: Iterable[tuple[int, bytes]] = (), padding: int = 0,
) -> bytes:  # fmt: skip
    elements = b"".join(bytes([wanted << 4 | len(value) - 1]) + value for wanted, value in extensions)
    extension = b""
    if elements:
        elements += bytes(-len(elements) % 4)
        extension = struct.pack(">HH", 0xBEDE, len(elements) // 4) + elements
    first = 0x80 | (0x10 if extension else 0) | (0x20 if padding else 0)
    header = struct.pack(
        ">BBHII", first, number | (0x80 if marker else 0), sequence & 0xFFFF, rtp_ts & 0xFFFFFFFF, ssrc
    )
    tail = bytes(padding - 1) + bytes([padding]) if padding else b""
    return header + extension + payload + tail
