"""The figures: percentiles, loss, totals, and what makes a run fail."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadtest.figures import Counters, Packets, ParticipantResult, Switch, find_problems, loss, switches
from loadtest.histogram import histogram
from loadtest.recorder import Second
from loadtest.report import (
    FaultDone,
    GeneratorUsage,
    Part,
    Report,
    ServerUsage,
    Total,
    make_part,
    merge,
    points,
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
    losses=0,
    tries=0,
    join_ms=100.0,
    first_audio_ms=150.0,
    first_video_ms=200.0,
    packets={
        "audio": Packets(sent=50, expected=100, received=100),
        "video": Packets(sent=500, expected=300, received=298, repaired=3),
    },
    latency={"audio": histogram([1.0, 2.0]), "video": histogram([3.0])},
    switches=(Switch("rotate", 20.0, 40.0),),
    counters=Counters(uplink_sent=550, uplink_lost=0),
    errors=(),
)


def test_loss_is_what_was_expected_and_never_came() -> None:
    assert loss(RESULT.packets.values()) == pytest.approx(2 / 400)
    assert loss([Packets()]) is None
    assert Packets(expected=5, received=6).lost == 0


def test_moves_in_which_nobody_new_was_met_are_missing() -> None:
    found = switches([Switch("rotate", 20.0, 40.0), Switch("rotate", 30.0, None)])
    assert found.audio is not None
    assert found.video is not None
    assert (found.audio.count, found.video.count, found.missing) == (2, 1, 1)


def of(*results: ParticipantResult) -> Part:
    """As a process brings it home."""
    part = make_part(results, losses_fail=True)
    rows = [result for result in results if result.join_ms is not None]
    part.histograms = {
        "join": histogram(result.join_ms or 0.0 for result in rows),
        "audio": histogram([1.0, 2.0] * len(results)),
        "video": histogram([3.0] * len(results)),
        "move_audio": histogram(move.audio_ms or 0.0 for result in results for move in result.switches),
        "move_video": histogram(move.video_ms or 0.0 for result in results for move in result.switches),
    }
    return part


def totals(*parts: Part) -> Total:
    return total(merge(parts), measured_s=10.0)


OTHER = replace(RESULT, number=1, join_ms=None, joined=False, counters=Counters(uplink_sent=3), losses=2)


def test_totals_add_up() -> None:
    sums = totals(of(RESULT, OTHER))
    assert (sums.participants, sums.joined, sums.losses) == (2, 1, 2)
    assert sums.packets["video"] == Packets(sent=1000, expected=600, received=596, repaired=6)
    assert (sums.counters.uplink_sent, sums.counters.uplink_lost) == (553, 0)
    assert (sums.latency_ms.p50, sums.latency_ms.p99) == pytest.approx((2.0, 3.0), rel=0.01)
    assert sums.join_ms is not None
    assert sums.join_ms.count == 1


def test_parts_of_several_processes_give_the_totals_of_one() -> None:
    apart = [of(OTHER), of(RESULT)]
    assert totals(*apart) == totals(of(RESULT, OTHER))
    assert [row.number for row in merge(apart).participants] == [0, 1]


def test_what_a_fault_did_in_all_rooms_is_one_line() -> None:
    parts = [
        Part(faults=[FaultDone(8.0, "cut", 2)]),
        Part(faults=[FaultDone(8.0, "cut", 1), FaultDone(9.0, "leave", 1)]),
    ]
    assert merge(parts).faults == [FaultDone(8.0, "cut", 3), FaultDone(9.0, "leave", 1)]


def test_a_long_run_is_put_together_into_a_bounded_number_of_points() -> None:
    seconds = [Second(at, people=at, packets=10, expected=10, lost=1) for at in range(1000)]
    made = points(seconds)
    assert 200 < len(made) <= 300
    assert {point.packets_per_s for point in made} == {10.0}
    assert {point.loss for point in made} == {0.1}
    assert made[-1].people == 999
    assert points([]) == ()


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
        ({"losses": 2}, "lost the socket 2 times"),
        ({"counters": Counters(misrouted=2)}, "2 packets not meant for it"),
    ],
)
def test_what_makes_a_run_fail(change: dict[str, object], problem: str) -> None:
    (found,) = find_problems([replace(RESULT, **change)])  # type: ignore[arg-type]
    assert problem in found


def report(*results: ParticipantResult, server: ServerUsage | None = None) -> Report:
    part = of(*results)
    return Report(
        scenario={"title": "Custom"},
        target="http://localhost:8080",
        began_at="2026-11-22T09:00:00+00:00",
        measured_s=20.0,
        measured_from_s=2.0,
        total=total(part, measured_s=20.0),
        requests_ms={},
        participants=tuple(part.participants),
        timeline=(),
        faults=tuple(part.faults),
        server=server,
        server_points=(),
        generator=GeneratorUsage(cpu_seconds=4.0, cpu_share=0.2, worst_lag_ms=3.0),
        problems=tuple(part.problems),
    )


def test_the_table_has_a_line_for_everybody_and_the_verdict() -> None:
    usage = ServerUsage(
        pid=7,
        processes=1,
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
