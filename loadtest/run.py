"""A whole run: rooms, a crew that plays them, the server's figures, and the report."""

from __future__ import annotations

import asyncio
import datetime
import time
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import msgspec

from loadtest.crew import Crew
from loadtest.links import Links
from loadtest.recorder import Second
from loadtest.report import (
    PROBLEMS_MAX,
    GeneratorUsage,
    Report,
    ServerPoint,
    merge,
    points,
    total,
)
from loadtest.scenario import Scenario
from loadtest.server_meter import ServerMeter
from loadtest.shard import Order

T = TypeVar("T")
_LOOK_S = 1.0
_JOIN_MARGIN_S = 180.0
"""Beyond the ramp: how long joining may take before the run is given up."""
RECENT_S = 40
"""Seconds that a view is shown."""


class RunFailed(Exception):
    """Nobody plays any more; the text says why."""


@dataclass(frozen=True, slots=True)
class Progress:
    phase: str
    elapsed_s: float
    """Since people began to join."""
    measured_s: float
    """Of `seconds`; 0 while people join."""
    seconds: float
    people: int
    recent: Sequence[Second]
    server: Sequence[ServerPoint]


class View(Protocol):
    """Shows how a run goes on."""

    def say(self, line: str) -> None: ...

    def show(self, progress: Progress) -> None: ...

    def done(self) -> None: ...


async def run(
    scenario: Scenario, links: Sequence[Links], target: str, crew: Crew, meter: ServerMeter, view: View
) -> Report:
    """Raises RunFailed. Whatever happens to participants is in the report."""
    began_at = datetime.datetime.now(tz=datetime.UTC).isoformat(timespec="seconds")
    stage = _Stage(scenario, crew, meter, view)
    shown: asyncio.Task[None] | None = None
    try:
        if scenario.needs_media:
            view.say("preparing speech and pictures")
        await crew.prepare(Order(scenario, tuple(range(scenario.rooms)), tuple(links)))
        view.say(f"{scenario.total} participants join {_count(scenario.rooms, 'room')}")
        meter.start()
        stage.enter("joining")
        shown = asyncio.create_task(stage.keep_showing())
        began = time.monotonic()
        joined = await _in_time(crew.join(), scenario.join.ramp_s + _JOIN_MARGIN_S, "joining")
        view.say(f"{joined} of {scenario.total} joined in {time.monotonic() - began:.1f} s")
        stage.enter("measuring")
        measured_from = time.monotonic()
        meter.mark_begin()
        if joined:
            await _in_time(crew.measure(), scenario.seconds + _JOIN_MARGIN_S, "measuring")
        meter.mark_end()
        measured_s = time.monotonic() - measured_from
        stage.enter("leaving")
        parts, workers = await _in_time(crew.finish(), _JOIN_MARGIN_S, "leaving")
    finally:
        meter.stop()
        if shown is not None:
            shown.cancel()
        view.done()
        await crew.close()
    part = merge(parts)
    problems = [f"{worker.name}: {worker.state}" for worker in workers if worker.state != "done"]
    problems += part.problems
    if len(problems) > PROBLEMS_MAX:
        problems[PROBLEMS_MAX:] = [f"and {len(problems) - PROBLEMS_MAX} more"]
    return Report(
        scenario=msgspec.to_builtins(scenario),
        target=target,
        began_at=began_at,
        measured_s=round(measured_s, 3),
        measured_from_s=round(measured_from - began, 3),
        total=total(part, measured_s),
        requests_ms={
            kind: summary for kind, each in sorted(part.requests.items()) if (summary := each.summary())
        },
        participants=tuple(part.participants),
        timeline=points(crew.timeline.ordered()),
        faults=tuple(part.faults),
        server=meter.usage(measured_s, part.forwarded),
        server_points=tuple(meter.points),
        generator=GeneratorUsage(
            cpu_seconds=round(part.cpu_seconds, 3),
            cpu_share=round(part.cpu_seconds / measured_s, 4) if measured_s else 0.0,
            worst_lag_ms=round(part.worst_lag_ms, 3),
            processes=part.processes,
        ),
        workers=workers,
        problems=tuple(problems),
    )


class _Stage:
    """Tells the view every second where the run is."""

    def __init__(self, scenario: Scenario, crew: Crew, meter: ServerMeter, view: View) -> None:
        self._scenario = scenario
        self._crew = crew
        self._meter = meter
        self._view = view
        self._began = self._entered = time.monotonic()
        self._phase = ""

    def enter(self, phase: str) -> None:
        self._phase = phase
        self._entered = time.monotonic()
        if phase == "joining":
            self._began = self._entered

    async def keep_showing(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            now = time.monotonic()
            measured_s = {"joining": 0.0, "measuring": now - self._entered}.get(
                self._phase, self._scenario.seconds
            )
            self._view.show(
                Progress(
                    phase=self._phase,
                    elapsed_s=now - self._began,
                    measured_s=measured_s,
                    seconds=self._scenario.seconds,
                    people=self._scenario.total,
                    recent=self._crew.timeline.recent(RECENT_S),
                    server=self._meter.points[-RECENT_S:],
                )
            )


async def _in_time(work: Awaitable[T], limit_s: float, doing: str) -> T:
    try:
        async with asyncio.timeout(limit_s):
            return await work
    except TimeoutError:
        raise RunFailed(f"{doing} was not over in {limit_s:.0f} s") from None


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' if number > 1 else ''}"
