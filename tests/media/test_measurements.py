"""From counters to what is told: who is heard, who hears, what is paused, and the windows that are scored."""

from __future__ import annotations

from dataclasses import replace

import pytest

from classroom.media.measurements import (
    HEARING_S,
    LIMITED_S,
    NOTHING_S,
    Measured,
    Measurements,
    Picture,
    Situation,
    best_layer,
)
from classroom.media.model import Layer, PublicationKind
from classroom.media.quality import OPUS_LOSS_WEIGHT, RED_LOSS_WEIGHT, VIDEO_LOSS_WEIGHT, StreamLoss
from classroom.media.relay import PeerStats, SlotStats, StreamStats
from signaling.messages import Report, SourceReport

EVERY_S = 2.0
SPEAKING = Situation(enabled=frozenset({"microphone"}))
ON_CAMERA = Situation(enabled=frozenset({"microphone", "camera"}), camera_wanted="h")
ONE_PICTURE = Situation(pictures=(Picture("v0", "h"),))


def stream(
    kind: PublicationKind = "microphone", layer: Layer | None = None, packets: int = 0, **more: object
) -> StreamStats:
    codec = "opus" if kind == "microphone" else "vp8"
    base = StreamStats(kind, layer, packets, 0, lost=0, repaired=0, bitrate_bps=50_000, codec=codec)
    return replace(base, **more)  # type: ignore[arg-type]


def slot(name: str, **more: object) -> SlotStats:
    base = SlotStats(
        slot=name,
        media="audio" if name.startswith("a") else "video",
        flowing=True,
        codec="opus" if name.startswith("a") else "vp8",
        layer=None if name.startswith("a") else "h",
        packets=0,
        retransmitted=0,
        reported_highest=0,
        reported_lost=0,
        reported_packets=0,
        jitter_ms=0.0,
    )
    return replace(base, **more)  # type: ignore[arg-type]


def stats(
    received: tuple[StreamStats, ...] = (), sent: tuple[SlotStats, ...] = (), round_trip_ms: float | None = 40
) -> PeerStats:
    return PeerStats(received, 0, 0, 0, 0, {}, 0.0, round_trip_ms, sent)


class Person:
    """Somebody who is looked at every two seconds."""

    def __init__(self) -> None:
        self.measurements = Measurements()
        self.now = 100.0

    def look(self, found: PeerStats, situation: Situation = SPEAKING) -> Measured:
        measured = self.measurements.measure(found, situation, self.now)
        self.now += EVERY_S
        return measured

    def report(self, *slots: SourceReport, round_trip_ms: float = 80) -> None:
        self.measurements.reported(Report(round_trip_ms=round_trip_ms, slots=slots), self.now)


@pytest.mark.parametrize(
    ("flowing", "wanted", "best"),
    [
        (["l", "m", "h"], "h", "h"),
        (["l", "m", "h"], "m", "m"),
        (["l", "m"], "h", "m"),
        (["m", "h"], "l", "m"),
        ([None], "h", None),
        ([], "h", None),
    ],
)
def test_the_best_layer_is_what_a_perfect_path_would_carry(
    flowing: list[Layer | None], wanted: Layer, best: Layer | None
) -> None:
    assert best_layer(flowing, wanted) == best


# --- sending ------------------------------------------------------------------------------------------------


def test_loss_on_the_way_in_is_counted_between_looks_and_after_repair() -> None:
    person = Person()
    person.look(stats((stream(packets=1000, lost=50),)))
    measured = person.look(stats((stream(packets=1095, lost=55, repaired=2),)))
    assert measured.sending.losses == (StreamLoss(OPUS_LOSS_WEIGHT, 102, 5),)
    assert measured.sending.round_trip_ms == 40
    again = person.look(stats((stream(packets=1195, lost=55, repaired=2, codec="red"),)))
    assert again.sending.losses == (StreamLoss(RED_LOSS_WEIGHT, 100, 0),)


def test_a_new_stream_in_the_same_place_counts_from_nothing() -> None:
    person = Person()
    person.look(stats((stream(packets=1000, lost=50),)))
    measured = person.look(stats((stream(packets=90, lost=10),)))
    assert measured.sending.losses == (StreamLoss(OPUS_LOSS_WEIGHT, 100, 10),)


def test_what_nobody_receives_or_is_switched_off_is_not_counted() -> None:
    unwanted = stream("camera", "h", 100, lost=50, wanted=False)
    switched_off = stream("screen", None, 100, lost=50)
    measured = Person().look(stats((unwanted, switched_off)), ON_CAMERA)
    assert measured.sending.losses == ()


def test_a_microphone_that_is_on_and_silent_is_not_heard() -> None:
    person = Person()
    assert person.look(stats()).heard is None, "it was just turned on"
    assert person.look(stats()).heard is None
    silent = person.look(stats())
    assert silent.heard is False
    assert not silent.sending.arriving
    heard = person.look(stats((stream(packets=5),)))
    assert heard.heard is True
    assert heard.sending.arriving
    assert person.look(stats(), Situation()).heard is None, "it is off"
    assert NOTHING_S == 2 * EVERY_S


def test_half_of_the_sound_is_nothing_to_understand() -> None:
    person = Person()
    person.look(stats((stream(packets=1000),)))
    measured = person.look(stats((stream(packets=1040, lost=60),)))
    assert measured.heard is False
    assert measured.sending.arriving, "it is bad, but not gone"


@pytest.mark.parametrize(
    ("layers", "wanted", "missed", "video", "paused"),
    [
        (("l", "m", "h"), "h", 0, "ok", 0),
        (("l", "m"), "h", 1, "ok", 0),
        (("l",), "h", 2, "ok", 0),
        (("l",), "l", 0, "ok", 0),
        ((None,), "h", 0, "ok", 0),
        ((), "h", 0, "paused", 1),
        ((), None, 0, None, 0),
    ],
)
def test_pictures_sent(
    layers: tuple[Layer | None, ...], wanted: Layer | None, missed: int, video: str | None, paused: int
) -> None:
    person = Person()
    found = stats(tuple(stream("camera", layer, 10) for layer in layers))
    situation = replace(ON_CAMERA, camera_wanted=wanted)
    measured = person.look(found, situation)
    assert measured.sending.layers_missed == 0, "browsers start low"
    assert measured.sending.paused == 0, "the first picture takes a moment"
    assert measured.video in ("ok", None)
    while person.now < 100 + LIMITED_S:
        person.look(found, situation)
    measured = person.look(found, situation)
    assert (measured.sending.layers_missed, measured.video, measured.sending.paused) == (
        missed,
        video,
        paused,
    )


def test_a_camera_that_is_off_is_no_picture() -> None:
    measured = Person().look(stats((stream("camera", "h", 10),)), SPEAKING)
    assert (measured.video, measured.sending.paused) == (None, 0)


# --- receiving ----------------------------------------------------------------------------------------------


def reported(name: str, highest: int, lost: int = 0, **more: object) -> SlotStats:
    """A slot of which everything that was sent has been reported on."""
    sent = {"packets": highest, "reported_packets": highest}
    return slot(name, **{"reported_highest": highest, "reported_lost": lost, **sent, **more})


def test_loss_on_the_way_out_is_what_receivers_report() -> None:
    person = Person()
    assert person.look(stats(sent=(reported("a0", 70_000, 3),))).receiving.losses == ()
    second = reported("a0", 70_100, 10, jitter_ms=7.5)
    measured = person.look(stats(sent=(second,)))
    assert measured.receiving.losses == (StreamLoss(OPUS_LOSS_WEIGHT, 100, 7),)
    assert measured.receiving.jitter_ms == 7.5
    assert measured.hears is True
    third = replace(second, packets=70_200)
    assert person.look(stats(sent=(third,))).receiving.losses == (), "no new report"
    red = reported("a0", 70_300, 30, codec="red")
    assert person.look(stats(sent=(red,))).receiving.losses == (StreamLoss(RED_LOSS_WEIGHT, 200, 20),)


@pytest.mark.parametrize("name", ["a0", "v0"])
def test_what_never_reached_the_relay_is_no_loss_on_the_way_out(name: str) -> None:
    person = Person()
    person.look(stats(sent=(reported(name, 1000),)))
    gaps = reported(name, 1100, 15, packets=1090, reported_packets=1090)
    (loss,) = person.look(stats(sent=(gaps,))).receiving.losses
    assert (loss.expected, loss.lost) == (90, 5)


def test_what_was_sent_again_repaired_the_picture() -> None:
    person = Person()
    person.look(stats(sent=(reported("v0", 100),)))
    (loss,) = person.look(stats(sent=(reported("v0", 300, 20, retransmitted=20),))).receiving.losses
    assert (loss.weight, loss.expected) == (VIDEO_LOSS_WEIGHT, 200)
    assert loss.lost == pytest.approx(2), "one in ten of what was sent again was lost too"


@pytest.mark.parametrize(("concealed", "counted"), [(0.0, 0), (0.02, 2), (0.5, 10), (None, 10)])
def test_the_client_knows_better_what_repair_achieved(concealed: float | None, counted: float) -> None:
    """But not what was lost before it came to the relay."""
    person = Person()
    person.look(stats(sent=(reported("a0", 100),)))
    person.report(
        SourceReport(slot="a0", packets_received=250, packets_lost=25, jitter_ms=3, concealed=concealed),
        SourceReport(slot="v0", packets_received=900, packets_lost=0, jitter_ms=3),
    )
    measured = person.look(stats(sent=(reported("a0", 200, 10),), round_trip_ms=None))
    assert measured.receiving.losses == (StreamLoss(OPUS_LOSS_WEIGHT, 100, counted),)
    assert measured.receiving.round_trip_ms == 80
    person.now += 10
    stale = person.look(stats(sent=(reported("a0", 300, 20),), round_trip_ms=None))
    assert stale.receiving.losses == (StreamLoss(OPUS_LOSS_WEIGHT, 100, 10),)
    assert stale.receiving.round_trip_ms is None


def test_who_reports_no_sound_though_it_is_sent_does_not_hear() -> None:
    person = Person()
    measured = person.look(stats(sent=(slot("a0"),)))
    assert measured.hears is None, "nothing was sent"
    for look in range(1, 20):
        measured = person.look(stats(sent=(slot("a0", packets=100 * look),)))
        if measured.hears is not None:
            break
    assert look * EVERY_S == HEARING_S
    assert measured.hears is False
    assert not measured.receiving.arriving
    person.report(SourceReport(slot="a0", packets_received=10, packets_lost=0, jitter_ms=1))
    again = person.look(stats(sent=(slot("a0", packets=100 * look),)))
    assert (again.hears, again.receiving.arriving) == (True, True)


def test_silence_of_everybody_is_no_deafness() -> None:
    person = Person()
    person.look(stats(sent=(reported("a0", 10),)))
    assert person.look(stats(sent=(reported("a0", 20),))).hears is True
    for _ in range(10):
        measured = person.look(stats(sent=(reported("a0", 20),)))
    assert measured.hears is None
    assert measured.receiving.arriving


@pytest.mark.parametrize(
    ("sent", "missed", "paused", "sees"),
    [
        ((slot("v0"), slot("v1")), 0, 0, "ok"),
        ((slot("v0", layer="l"), slot("v1")), 1, 0, "ok"),
        ((slot("v0", layer="l"), slot("v1", flowing=False)), 1, 0.5, "ok"),
        ((slot("v0"),), 0, 0.5, "ok"),
        ((slot("v0", flowing=False), slot("v1", flowing=False)), 0, 1, "paused"),
        ((), 0, 1, "paused"),
    ],
)
def test_pictures_received(sent: tuple[SlotStats, ...], missed: float, paused: float, sees: str) -> None:
    person = Person()
    situation = Situation(pictures=(Picture("v0", "h"), Picture("v1", None)))
    assert person.look(stats(sent=sent), situation).sees == "ok", "they wait for key frames"
    while person.now <= 100 + LIMITED_S:
        person.look(stats(sent=sent), situation)
    measured = person.look(stats(sent=sent), situation)
    assert measured.receiving.layers_missed == missed
    assert measured.receiving.paused == paused
    assert measured.sees == sees


def test_who_wants_no_pictures_misses_none() -> None:
    measured = Person().look(stats(), Situation())
    assert (measured.sees, measured.receiving.paused) == (None, 0)


def test_absurd_counters_harm_nobody() -> None:
    person = Person()
    person.look(stats(sent=(slot("a0", packets=5, reported_highest=2**32 - 1, reported_lost=-(2**23)),)))
    person.report(
        SourceReport(
            slot="nonsense", packets_received=2**60, packets_lost=-(2**60), jitter_ms=1e300, concealed=1
        ),
        round_trip_ms=1e300,
    )
    measured = person.look(
        stats(sent=(slot("a0", packets=6, reported_highest=0, reported_lost=2**23 - 1),), round_trip_ms=None)
    )
    assert all(0 <= loss.share <= 1 for loss in measured.receiving.losses)


def test_the_first_sound_is_the_first_that_went_either_way() -> None:
    watch = Measurements()
    silent = stats((stream("camera", "l", began_at=90.0),), (slot("v0", began_at=91.0),))
    watch.measure(silent, SPEAKING, 100.0)
    assert watch.first_sound_at is None
    watch.measure(stats((stream(began_at=101.25),), (slot("a0", began_at=100.5),)), SPEAKING, 102.0)
    watch.measure(stats((stream(began_at=101.25),), (slot("a0", began_at=103.0),)), SPEAKING, 104.0)
    assert watch.first_sound_at == 100.5
