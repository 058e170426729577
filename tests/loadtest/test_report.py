"""The figures: percentiles, loss, totals, and what makes a run fail."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtest.report import (
    Counters,
    GeneratorUsage,
    Packets,
    ParticipantResult,
    Report,
    ServerUsage,
    Switch,
    find_problems,
    loss,
    participant_report,
    summarize,
    switches,
    total,
)
from loadtest.table import render

RESULT = ParticipantResult(
    number=0,
    name="Trainer 1",
    room=0,
    role="trainer",
    joined=True,
    hears=True,
    sees=True,
    join_ms=100.0,
    first_audio_ms=150.0,
    first_video_ms=200.0,
    packets={
        "audio": Packets(sent=50, expected=100, received=100),
        "video": Packets(sent=500, expected=300, received=298, repaired=3),
    },
    latency_samples={"audio": [1.0, 2.0], "video": [3.0]},
    switches=(Switch("rotate", 20.0, 40.0),),
    counters=Counters(uplink_sent=550, uplink_lost=0),
    errors=(),
)


def test_percentiles_are_nearest_rank() -> None:
    summary = summarize(range(1, 101))
    assert summary is not None
    assert (summary.count, summary.p50, summary.p95, summary.p99, summary.max) == (100, 50, 95, 99, 100)
    assert summarize([]) is None


@given(st.lists(st.floats(0, 1e6), min_size=1))
def test_percentiles_are_values_in_order(values: list[float]) -> None:
    summary = summarize(values)
    assert summary is not None
    assert min(values) - 0.001 <= summary.p50 <= summary.p95 <= summary.p99 <= summary.max
    at_most_median = sum(value <= summary.p50 + 0.001 for value in values)
    assert at_most_median >= math.ceil(len(values) / 2)


def test_loss_is_what_was_expected_and_never_came() -> None:
    assert loss(RESULT.packets.values()) == pytest.approx(2 / 400)
    assert loss([Packets()]) is None
    assert Packets(expected=5, received=6).lost == 0


def test_moves_in_which_nobody_new_was_met_are_missing() -> None:
    found = switches([Switch("rotate", 20.0, 40.0), Switch("rotate", 30.0, None)])
    assert found.audio is not None
    assert found.video is not None
    assert (found.audio.count, found.video.count, found.missing) == (2, 1, 1)


def test_totals_add_up() -> None:
    other = replace(RESULT, number=1, join_ms=None, joined=False, counters=Counters(uplink_sent=3))
    sums = total([RESULT, other], packets_per_s=12.34)
    assert (sums.participants, sums.joined) == (2, 1)
    assert sums.packets["video"] == Packets(sent=1000, expected=600, received=596, repaired=6)
    assert (sums.counters.uplink_sent, sums.counters.uplink_lost) == (553, 0)
    assert (sums.latency_ms.p50, sums.latency_ms.p99) == (2.0, 3.0)
    assert sums.join_ms is not None
    assert sums.join_ms.count == 1


def test_a_run_in_which_everybody_received_has_no_problems() -> None:
    assert find_problems([RESULT]) == ()
    alone = replace(RESULT, hears=False, sees=False, first_audio_ms=None, first_video_ms=None)
    assert find_problems([alone]) == ()


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (
            {"joined": False, "errors": ("joining failed: room_full",)},
            "did not join: joining failed: room_full",
        ),
        ({"first_audio_ms": None}, "no audio"),
        ({"first_video_ms": None}, "keyframe"),
        ({"errors": ("session ended: closed",)}, "session ended"),
        ({"counters": Counters(misrouted=2)}, "2 packets not meant for it"),
    ],
)
def test_what_makes_a_run_fail(change: dict[str, object], problem: str) -> None:
    (found,) = find_problems([replace(RESULT, **change)])  # type: ignore[arg-type]
    assert problem in found


def report(*results: ParticipantResult, server: ServerUsage | None = None) -> Report:
    return Report(
        options={},
        measured_s=20.0,
        total=total(results, packets_per_s=100.0),
        participants=tuple(participant_report(result) for result in results),
        server=server,
        generator=GeneratorUsage(cpu_seconds=4.0, cpu_share=0.2, worst_lag_ms=3.0),
        problems=find_problems(results),
    )


def test_the_table_has_a_line_for_everybody_and_the_verdict() -> None:
    usage = ServerUsage(
        pid=7,
        cpu_seconds=5.0,
        cpu_share=0.25,
        cpu_us_per_forwarded_packet=12.5,
        cpu_seconds_total=6.0,
        peak_memory_bytes=90 << 20,
    )
    text = render(report(RESULT, server=usage))
    assert "Trainer 1" in text
    assert "25% of a core" in text
    assert "partner heard p50 20 ms" in text
    assert "OK: everybody joined and received." in text
    lines = text.splitlines()
    assert len(lines[0]) == len(lines[2])


def test_the_table_names_what_went_wrong() -> None:
    text = render(report(replace(RESULT, room=1, first_audio_ms=None)))
    assert "Trainer 1 (room 2)" in text
    assert "not a process of this machine" in text
    assert "FAILED:\n  Trainer 1 received no audio" in text
