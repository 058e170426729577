"""The search for capacity: what breaks is said, and nothing is tried beyond it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from loadtest.capacity import Limits, judge, search, sizes
from loadtest.histogram import Summary
from loadtest.report import GeneratorUsage, Report, ServerUsage
from loadtest.scenario import Scenario, ScenarioError
from tests.loadtest.test_report import RESULT, report


def measured(cpu: float = 0.2, p99: float = 5.0, loss: float = 0.0, reply: float = 10.0) -> Report:
    made = report(RESULT, server=ServerUsage(7, 1, 5.0, cpu, 12.5, 6.0, 90 << 20))
    total = replace(
        made.total,
        latency_ms=replace(made.total.latency_ms, p99=p99),
        loss=loss,
        reply_ms=Summary(10, reply, reply, reply, reply),
    )
    return replace(made, total=total)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (measured(), ""),
        (measured(cpu=0.81), "CPU at 81% of a core (limit 80%)"),
        (measured(p99=151), "latency p99 at 151 ms (limit 150 ms)"),
        (measured(loss=0.011), "loss at 1.10% (limit 1.00%)"),
        (measured(reply=1001), "replies p99 at 1001 ms (limit 1000 ms)"),
        (replace(measured(), problems=("Ana did not join",)), "1 failures, the first: Ana did not join"),
        (replace(measured(cpu=3.0), server=None), ""),
    ],
)
def test_what_breaks_is_said(found: Report, told: str) -> None:
    step = judge(found, 4, Limits())
    assert told in "; ".join(step.broken)
    assert bool(step.broken) == bool(told)


def test_a_late_load_generator_is_named_with_what_broke() -> None:
    late = GeneratorUsage(cpu_seconds=4.0, cpu_share=1.0, worst_lag_ms=500.0)
    step = judge(replace(measured(p99=900), generator=late), 4, Limits())
    assert "the load generator itself was 500 ms late" in step.broken[-1]
    assert not judge(replace(measured(), generator=late), 4, Limits()).broken


def test_sizes_double_or_grow_by_a_step_and_end() -> None:
    assert list(sizes(1, 0, 20)) == [1, 2, 4, 8, 16]
    assert list(sizes(4, 3, 11)) == [4, 7, 10]
    assert len(list(sizes(1, 1, 10**9))) == 50


async def test_the_search_ends_at_the_first_break() -> None:
    tried: list[int] = []

    async def play(scenario: Scenario) -> Report:
        tried.append(scenario.rooms)
        return measured(cpu=0.2 * scenario.rooms)

    said: list[str] = []
    capacity, last = await search(Scenario(), "rooms", sizes(1, 1, 20), Limits(), play, said.append)
    assert tried == [1, 2, 3, 4, 5]
    assert capacity.holds == 4
    assert "4 rooms hold; at 5 rooms: the server's CPU at 100% of a core" in capacity.verdict
    assert last.server is not None
    assert len(said) == 5


async def test_a_search_that_finds_no_break_says_so_and_impossible_sizes_end_it() -> None:
    async def play(_: Scenario) -> Report:
        return measured()

    capacity, _ = await search(Scenario(), "people", sizes(60, 20, 200), Limits(), play, lambda _: None)
    assert [step.size for step in capacity.steps] == [60, 80, 100]
    assert capacity.verdict == "100 people hold; nothing broke as far as was tried"
    with pytest.raises(ScenarioError):
        await search(Scenario(), "people", sizes(101, 1, 200), Limits(), play, lambda _: None)
