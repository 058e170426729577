"""How much a server carries: the same run with more and more rooms or people, until a limit breaks.

Pure but for `search`, which is given a function that makes one run.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from loadtest.report import Report
from loadtest.scenario import Scenario, ScenarioError, changed

Raises = Literal["rooms", "people"]
STEPS_MAX = 50
GENERATOR_LAG_MS = 200.0
"""A load generator that is so much behind measures itself."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What must hold. None: it may be as it likes."""

    latency_p99_ms: float | None = 150.0
    loss: float | None = 0.01
    cpu_share: float | None = 0.8
    """Of one core: a relay that runs in one has no room above."""
    reply_p99_ms: float | None = 1000.0


@dataclass(frozen=True, slots=True)
class Step:
    size: int
    """Rooms or people per room."""
    people: int
    cpu_share: float | None
    latency_p99_ms: float | None
    loss: float | None
    reply_p99_ms: float | None
    broken: tuple[str, ...]
    """The limits that did not hold, in words."""


@dataclass(frozen=True, slots=True)
class Capacity:
    raises: Raises
    limits: Limits
    steps: tuple[Step, ...]

    @property
    def holds(self) -> int | None:
        """The largest size before the first break."""
        held = None
        for step in self.steps:
            if step.broken:
                break
            held = step.size
        return held

    @property
    def verdict(self) -> str:
        broke = next((step for step in self.steps if step.broken), None)
        held = (
            f"{self.holds} {self.raises} hold" if self.holds is not None else "not even the first step holds"
        )
        if broke is None:
            return f"{held}; nothing broke as far as was tried"
        return f"{held}; at {broke.size} {self.raises}: {', '.join(broke.broken)}"


def judge(report: Report, size: int, limits: Limits) -> Step:
    total = report.total
    share = report.server.cpu_share if report.server else None
    reply = total.reply_ms.p99 if total.reply_ms else None
    found: list[str] = []
    if limits.cpu_share is not None and share is not None and share > limits.cpu_share:
        found.append(f"the server's CPU at {share:.0%} of a core (limit {limits.cpu_share:.0%})")
    if limits.loss is not None and total.loss is not None and total.loss > limits.loss:
        found.append(f"loss at {total.loss:.2%} (limit {limits.loss:.2%})")
    latency = total.latency_ms.p99
    if limits.latency_p99_ms is not None and latency is not None and latency > limits.latency_p99_ms:
        found.append(f"latency p99 at {latency:.0f} ms (limit {limits.latency_p99_ms:.0f} ms)")
    if limits.reply_p99_ms is not None and reply is not None and reply > limits.reply_p99_ms:
        found.append(f"replies p99 at {reply:.0f} ms (limit {limits.reply_p99_ms:.0f} ms)")
    if report.problems:
        found.append(f"{len(report.problems)} failures, the first: {report.problems[0]}")
    if found and report.generator.worst_lag_ms > GENERATOR_LAG_MS:
        lag = report.generator.worst_lag_ms
        found.append(f"but the load generator itself was {lag:.0f} ms late: use more processes or machines")
    return Step(size, total.participants, share, latency, total.loss, reply, tuple(found))


def sizes(first: int, step: int, most: int) -> Iterator[int]:
    """`step` 0: twice as many each time."""
    size = first
    for _ in range(STEPS_MAX):
        if size > most:
            return
        yield size
        size = size + step if step else size * 2


async def search(
    scenario: Scenario,
    raises: Raises,
    wanted: Iterator[int],
    limits: Limits,
    play: Callable[[Scenario], Awaitable[Report]],
    say: Callable[[str], object],
) -> tuple[Capacity, Report]:
    """Stops at the first step that breaks. Raises ScenarioError if not even the first can be tried, and what `play` raises."""
    steps: list[Step] = []
    report: Report | None = None
    for size in wanted:
        try:
            grown = changed(scenario, **{raises: size})
        except ScenarioError:
            if not steps:
                raise
            break
        report = await play(grown)
        steps.append(judge(report, size, limits))
        say(f"{size} {raises}, {report.total.participants} people: {'; '.join(steps[-1].broken) or 'holds'}")
        if steps[-1].broken:
            break
    if report is None:
        raise ScenarioError("there is no size to try")
    return Capacity(raises, limits, tuple(steps)), report
