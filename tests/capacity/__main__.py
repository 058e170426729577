"""`make capacity`, or `python -m tests.capacity [--json FILE] [--page FILE] [--quick]`: measures, and writes docs/capacity.md.

About seven minutes. Leave the machine alone meanwhile.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from msgspec.structs import replace

from benchmarks.table import machine
from loadtest.live import Lines
from loadtest.run import RunFailed
from loadtest.scenario import Scenario
from tests.capacity import document, model, points
from tests.capacity.points import Measured
from tests.support.server import ROOT

PAGE = ROOT / "docs" / "capacity.md"


class Quiet(Lines):
    """Only what the runs say of themselves would be too much for twenty of them."""

    def say(self, line: str) -> None:
        pass


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.capacity", description="Measures what a server carries."
    )
    parser.add_argument(
        "--json", type=Path, default=ROOT / "test-results" / "capacity.json", help="all figures"
    )
    parser.add_argument("--page", type=Path, default=PAGE, help="the page whose tables are replaced")
    parser.add_argument("--quick", action="store_true", help="a few points, for trying this program itself")
    options = parser.parse_args()
    where, began = machine(), time.monotonic()
    view = Quiet(sys.stderr)

    def tell(each: Measured) -> Measured:
        took = time.monotonic() - began
        share = f"{each.cpu_share:.1%} of a core, {each.out_per_s:,.0f} packets/s out, latency p99 {each.latency_p99_ms} ms"
        print(f"{took:5.0f} s  {each.rooms} × {each.people} {each.series}: {share}", flush=True)
        return each

    def all_of(wanted: list[tuple[str, Scenario]]) -> list[Measured]:
        chosen = (
            [(name, _shortened(each)) for name, each in (wanted[0], wanted[-1])] if options.quick else wanted
        )
        found = []
        for series, scenario in chosen:
            try:
                found.append(tell(points.measure(series, scenario, view)))
            except RunFailed as error:
                print(f"left out: {scenario.rooms} × {scenario.people} {series}: {error}", file=sys.stderr)
        return found

    nobody = tell(points.measure_idle())
    one_room = all_of(points.people_in_one_room())
    many = all_of(points.rooms_of_sixteen())
    sessions = all_of(points.sessions())
    nodes = _nodes(lambda size, scenario: tell(points.measure_nodes(size, scenario, view)), options.quick)
    alone = next(each for each in reversed(many) if each.series == "sound only")
    media = one_room + many
    fitted = model.fit(media, nobody.cpu_share)
    kinds = dict.fromkeys(each.series for each in media if each.people == 16)
    costs = [model.room_cost(kind, media, nobody) for kind in kinds]
    sections = {
        "machine": document.machine_line(where, os.getloadavg()[0]),
        "people": document.points_table([nobody, *one_room]),
        "rooms": document.points_table(many),
        "sessions": document.sessions_table(sessions),
        "nodes": document.nodes_table([alone, *nodes]),
        "model": document.model_words(fitted),
        "crowds": document.crowds_table(costs, nobody.cpu_share),
    }
    options.json.parent.mkdir(parents=True, exist_ok=True)
    everything = {
        "machine": where,
        "points": [asdict(each) for each in (nobody, *media, *sessions, *nodes)],
        "model": asdict(fitted),
        "room_costs": [asdict(cost) for cost in costs],
    }
    options.json.write_text(json.dumps(everything, indent=2) + "\n")
    document.write(options.page, sections)
    print(f"{options.page} and {options.json} in {time.monotonic() - began:.0f} s")
    failed = [each for each in (*media, *sessions, *nodes) if each.problems]
    for each in failed:
        print(f"{each.rooms} × {each.people} {each.series}: {each.problems} failures", file=sys.stderr)
    return 1 if failed else 0


def _nodes(measure: Callable[[int, Scenario], Measured], quick: bool) -> list[Measured]:
    lesson = points.lesson(8, 16, 1.0)
    return [measure(size, _shortened(lesson) if quick else lesson) for size in (1, 2)]


def _shortened(scenario: Scenario) -> Scenario:
    """Sixteen people stay sixteen: the model needs them."""
    return replace(
        scenario,
        rooms=min(2, scenario.rooms),
        people=min(16, scenario.people),
        seconds=3.0,
        join=replace(scenario.join, ramp_s=1.0),
    )


if __name__ == "__main__":
    sys.exit(main())
