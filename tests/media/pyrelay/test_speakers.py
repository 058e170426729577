from __future__ import annotations

import pytest

from classroom.media.pyrelay.speakers import SpeakerMeter


def feed(meter: SpeakerMeter, start: float, seconds: float, level: int | None, size: int = 80) -> float:
    now = start
    while now < start + seconds:
        meter.packet(level, size, now)
        now += 0.02
    return now


@pytest.mark.parametrize(
    ("level", "size", "speaks"),
    [(20, 80, True), (34, 80, True), (36, 80, False), (127, 80, False), (None, 80, True), (None, 12, False)],
)
def test_speech_is_told_by_level_or_size(level: int | None, size: int, speaks: bool) -> None:
    meter = SpeakerMeter()
    now = feed(meter, 100.0, 1.0, level, size)
    assert (meter.loudness(now) > 0) is speaks
    assert meter.speaking is speaks


def test_it_takes_a_while_to_begin_and_to_end() -> None:
    meter = SpeakerMeter()
    now = feed(meter, 100.0, 1.0, 90)
    now = feed(meter, now, 0.06, 20)
    assert meter.loudness(now) == 0, "a click is not speech"
    now = feed(meter, now, 0.2, 20)
    assert meter.loudness(now) > 0
    now = feed(meter, now, 0.3, 90)
    assert meter.loudness(now) > 0, "nor is a breath its end"
    now = feed(meter, now, 0.3, 90)
    assert meter.loudness(now) == 0


def test_who_speaks_may_be_quieter_than_who_begins() -> None:
    meter = SpeakerMeter()
    now = feed(meter, 100.0, 1.0, 38)
    assert not meter.speaking
    now = feed(meter, now, 0.5, 30)
    now = feed(meter, now, 2.0, 38)
    assert meter.speaking


def test_louder_is_louder_and_silence_ends_all() -> None:
    loud, quiet = SpeakerMeter(), SpeakerMeter()
    now = feed(loud, 100.0, 2.0, 10)
    feed(quiet, 100.0, 2.0, 30)
    assert 1 >= loud.loudness(now) > quiet.loudness(now) > 0
    assert loud.loudness(now + 60) == 0
