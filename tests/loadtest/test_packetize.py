"""Payloads and headers: what we cut and stamp, decoders and aiortc's parser must read."""

from __future__ import annotations

from itertools import pairwise

import av
import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensions, RtpPacket
from aiortc.rtp import HeaderExtensionsMap as ExtensionsMap
from hypothesis import given
from hypothesis import strategies as st

from loadtest.media import LAYERS, LayerSpec, Media, VideoFrame
from loadtest.packetize import (
    CHUNK_BYTES,
    RTP_HEADER,
    header_extensions,
    opus_with_padding,
    rtp_payload,
    vp8_chunks,
    vp8_descriptor,
    vp8_is_keyframe_start,
    vp8_payload_offset,
)
from loadtest.stamp import STAMP_BYTES, pack_stamp

STAMP = pack_stamp(1, 0, 0, 7, 123456789)


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.rid)
def test_stamped_vp8_packets_decode_to_every_picture(media: Media, spec: LayerSpec) -> None:
    decoder = av.CodecContext.create("vp8", "r")
    shown = []
    for index, frame in enumerate(media.video[spec.rid]):
        data = b"".join(depacketize(payloads(frame, index)))
        shown += decoder.decode(av.Packet(data))
    assert len(shown) == len(media.video[spec.rid])
    assert {(picture.width, picture.height) for picture in shown} == {(spec.width, spec.height)}
    assert any(bytes(a.planes[0]) != bytes(b.planes[0]) for a, b in pairwise(shown))


def payloads(frame: VideoFrame, index: int) -> list[bytes]:
    """A frame's RTP payloads as `CameraLayer` sends them."""
    made = [vp8_descriptor(at == 0, index, index) + chunk for at, chunk in enumerate(frame.chunks)]
    return [*made[:-1], made[-1] + STAMP]


def depacketize(frame_payloads: list[bytes]) -> list[bytes]:
    """By aiortc's own reading of the descriptor."""
    parts = []
    for at, payload in enumerate(frame_payloads):
        descriptor, rest = VpxPayloadDescriptor.parse(payload)
        assert descriptor.partition_start == (1 if at == 0 else 0)
        assert payload.endswith(rest)
        assert vp8_payload_offset(payload) == len(payload) - len(rest)
        parts.append(rest)
    return parts


def test_only_the_start_of_a_keyframe_looks_like_one(media: Media) -> None:
    key, delta = media.video["h"][0], media.video["h"][1]
    assert [vp8_is_keyframe_start(payload) for payload in payloads(key, 0)] == [
        True,
        *[False] * (len(key.chunks) - 1),
    ]
    assert not any(vp8_is_keyframe_start(payload) for payload in payloads(delta, 1))


@given(st.binary(max_size=12))
def test_any_bytes_can_be_asked_for_a_keyframe(payload: bytes) -> None:
    offset = vp8_payload_offset(payload)
    assert offset is None or 1 <= offset < len(payload)
    vp8_is_keyframe_start(payload)


@given(st.integers(1, 30_000))
def test_chunks_leave_room_for_the_stamp(size: int) -> None:
    frame = bytes(size)
    chunks = vp8_chunks(frame)
    assert b"".join(chunks) == frame
    assert all(0 < len(chunk) <= CHUNK_BYTES - STAMP_BYTES for chunk in chunks)


def test_stamped_opus_decodes_to_the_same_sound(media: Media, speech_packets: list[bytes]) -> None:
    plain, padded = av.CodecContext.create("opus", "r"), av.CodecContext.create("opus", "r")
    for packet, frame in zip(speech_packets[:100], media.speech, strict=False):
        (expected,) = plain.decode(av.Packet(packet))
        (sound,) = padded.decode(av.Packet(frame.payload + STAMP))
        assert bytes(sound.planes[0]) == bytes(expected.planes[0])


@pytest.mark.parametrize("packet", [b"", b"\x01abc", b"\x7b\x41abc"])
def test_only_single_frame_opus_packets_are_padded(packet: bytes) -> None:
    with pytest.raises(ValueError, match="single frame"):
        opus_with_padding(packet)


def test_aiortc_reads_the_header_extensions() -> None:
    uris = {1: "urn:ietf:params:rtp-hdrext:sdes:mid", 5: "urn:ietf:params:rtp-hdrext:ssrc-audio-level"}
    numbers = ExtensionsMap()
    numbers.configure(
        RTCRtpParameters(
            headerExtensions=[RTCRtpHeaderExtensionParameters(id=id_, uri=uri) for id_, uri in uris.items()]
        )
    )
    extension = header_extensions({5: b"\x9e", 1: b"mic"})
    packet = RtpPacket.parse(RTP_HEADER.pack(0x90, 0x80 | 111, 65535, 1, 2) + extension + b"sound", numbers)
    assert packet.payload == b"sound"
    assert (packet.payload_type, packet.marker, packet.sequence_number) == (111, 1, 65535)
    assert packet.extensions == HeaderExtensions(mid="mic", audio_level=(True, 30))


@pytest.mark.parametrize("elements", [{0: b"x"}, {15: b"x"}, {1: b""}, {1: bytes(17)}])
def test_what_the_one_byte_form_cannot_hold_is_refused(elements: dict[int, bytes]) -> None:
    with pytest.raises(ValueError, match="one-byte form"):
        header_extensions(elements)


@given(csrcs=st.integers(0, 15), payload=st.binary(min_size=1, max_size=20), padding=st.integers(0, 4))
def test_the_payload_lies_between_extension_and_padding(csrcs: int, payload: bytes, padding: int) -> None:
    extension = header_extensions({1: b"0"})
    header = RTP_HEADER.pack(0x90 | csrcs | (0x20 if padding else 0), 96, 0, 0, 0)
    tail = bytes(padding - 1) + bytes((padding,)) if padding else b""
    assert rtp_payload(header + bytes(4 * csrcs) + extension + payload + tail) == payload
