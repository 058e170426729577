"""What is wrong with somebody, since when, what it cost, and what happened to them."""

from __future__ import annotations

from dataclasses import replace

from classroom.ops.person import READINGS, PersonRecord, ills
from classroom.ops.timeline import ENTRIES
from tests.ops.make import GOOD, POOR, T0, dropped, seen


def happenings(record: PersonRecord) -> list[str]:
    return [entry.what for entry in record.timeline.all()]


def test_what_is_wrong_with_whom() -> None:
    assert ills(seen()) == ()
    assert ills(seen(hears=None, heard=None)) == ()
    assert ills(seen(hears=False, heard=False)) == ("deaf", "unheard")
    assert ills(seen(receiving=POOR)) == ("poor",)
    assert ills(seen(hears=False, receiving=POOR)) == ("deaf",)
    assert ills(dropped(T0)) == ("missing",)
    assert ills(seen(away=True, hears=False)) == ()  # who stepped out misses nothing


def test_ills_have_a_beginning_and_cost_time_until_they_end() -> None:
    record = PersonRecord("ana", seen(), T0)
    lost = [
        record.look(one, T0 + at_ms)
        for at_ms, one in [
            (2_000, seen()),
            (4_000, seen(hears=False)),
            (6_000, seen(hears=False)),
            (8_000, seen(hears=False, heard=False)),
            (10_000, seen(heard=False)),
            (12_000, seen()),
            (14_000, seen()),
        ]
    ]
    assert lost == [0, 0, 2_000, 2_000, 2_000, 2_000, 0]
    assert record.lost_ms == 8_000
    assert record.since == {}
    assert happenings(record) == ["deaf", "unheard", "hears", "heard"]


def test_since_is_the_first_look_that_saw_it() -> None:
    record = PersonRecord("ana", seen(), T0)
    record.look(seen(hears=False), T0 + 2_000)
    record.look(seen(hears=False, heard=False), T0 + 4_000)
    assert record.since == {"deaf": T0 + 2_000, "unheard": T0 + 4_000}
    record.look(dropped(T0 + 5_000), T0 + 6_000)
    assert record.since == {"missing": T0 + 5_000}


def test_poor_quality_costs_no_time() -> None:
    record = PersonRecord("ana", seen(), T0)
    for n in range(5):
        record.look(seen(receiving=POOR), T0 + n * 2_000)
    assert record.since == {"poor": T0}
    assert record.lost_ms == 0


def test_a_process_that_slept_counts_nothing_for_it() -> None:
    record = PersonRecord("ana", seen(), T0)
    record.look(dropped(T0), T0 + 2_000)
    assert record.look(dropped(T0), T0 + 3_600_000) == 0


def test_the_way_of_the_media_is_told() -> None:
    record = PersonRecord("ana", seen(path="none", way=None, address=None), T0)
    steps = [
        seen(),
        seen(address=("198.51.100.7", 5000)),
        seen(path="interrupted", address=("198.51.100.7", 5000)),
        seen(address=("198.51.100.7", 443, "tcp"), way="tcp"),
        seen(address=("198.51.100.7", 443, "tcp"), way="turn_tls", first_word_ms=1_700),
    ]
    for n, one in enumerate(steps, start=1):
        record.look(one, T0 + n * 2_000)
    told = [(entry.what, entry.detail) for entry in record.timeline.all()]
    assert told == [
        ("media_up", "udp"),
        ("moved_address", ""),
        ("media_silent", ""),
        ("media_back", "tcp"),
        ("changed_way", "tcp"),
        ("changed_way", "turn_tls"),
        ("first_word", "1700"),
    ]


def test_presence_is_told_once_each_way() -> None:
    record = PersonRecord("ana", seen(), T0)
    record.happened(T0, "joined")
    for at, (connected, away) in enumerate([(False, True), (True, False), (True, True), (True, False)]):
        record.presence_changed(connected, away, T0 + at)
    assert happenings(record) == ["joined", "lost", "resumed", "stepped_out", "stepped_in"]


def test_everything_is_bounded() -> None:
    record = PersonRecord("ana", seen(), T0)
    for n in range(READINGS * 3):
        record.look(seen(hears=n % 2 == 0, sending=replace(GOOD, mos=n / 100)), T0 + n * 15_000)
    assert len(record.timeline.all()) == ENTRIES
    assert len(record.readings["sending"].all()) == READINGS
    assert record.readings["sending"].all()[-1] == (READINGS * 3 - 1) / 100
