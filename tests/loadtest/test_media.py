"""What participants say and show."""

from __future__ import annotations

import math
import struct

import pytest

from loadtest.media import (
    CLIP_SECONDS,
    FRAMES_PER_S,
    LAYERS,
    SPEECH,
    VOICE_LEVEL,
    AudioFrame,
    LayerSpec,
    Media,
    level_dbov,
)


def test_the_speech_is_small_and_mostly_voice(media: Media) -> None:
    assert SPEECH.stat().st_size < 60_000
    assert len(media.speech) > 500
    voiced = sum(frame.level <= VOICE_LEVEL for frame in media.speech)
    assert voiced > 0.6 * len(media.speech)


def test_a_quiet_microphone_is_no_voice(media: Media) -> None:
    assert len(media.quiet) >= 40
    assert all(not frame.level_byte & 0x80 for frame in media.quiet)


def test_the_level_byte_has_the_voice_flag_on_top() -> None:
    assert AudioFrame(b"", 20).level_byte == 0x80 | 20
    assert AudioFrame(b"", 100).level_byte == 100


@pytest.mark.parametrize(
    ("amplitude", "level"), [(32767, 3), (3277, 23), (0, 127)]
)  # a sine is 3 dB below its peak
def test_levels_are_those_of_rfc_6465(amplitude: int, level: int) -> None:
    samples = [round(amplitude * math.sin(index / 7)) for index in range(9600)]
    assert level_dbov(struct.pack(f"{len(samples)}h", *samples)) == level


@pytest.mark.parametrize("spec", LAYERS, ids=lambda spec: spec.rid)
def test_layers_hold_their_rate_and_have_one_keyframe(media: Media, spec: LayerSpec) -> None:
    frames = media.video[spec.rid]
    assert len(frames) == CLIP_SECONDS * FRAMES_PER_S
    assert [frame.keyframe for frame in frames] == [True, *[False] * (len(frames) - 1)]
    bits = 8 * sum(len(chunk) for frame in frames for chunk in frame.chunks)
    assert bits / CLIP_SECONDS == pytest.approx(spec.bitrate_bps, rel=0.15)
