"""The dashboard: what its panels ask for exists, and nothing overlaps."""

from __future__ import annotations

import json
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.deploy.expressions import Answer
from tests.deploy.promtool import ROOT, promtool

DASHBOARD: dict[str, Any] = json.loads((ROOT / "deploy" / "grafana" / "classroom.json").read_text())
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]]


def filled_in(expression: str) -> str:
    """As Grafana sends it."""
    for variable, value in (("$instance", ".*"), ("$job", "classroom"), ("$__rate_interval", "1m")):
        expression = expression.replace(variable, value)
    assert "$" not in expression
    return expression


def test_prometheus_takes_every_expression(tmp_path: Path) -> None:
    rules = "".join(
        f"      - record: panel:number{number}\n        expr: {json.dumps(filled_in(expression))}\n"
        for number, expression in enumerate(EXPRESSIONS)
    )
    file = tmp_path / "panels.yml"
    file.write_text(f"groups:\n  - name: panels\n    rules:\n{rules}")
    assert f"{len(EXPRESSIONS)} rules found" in promtool("check", "rules", file)


async def test_what_the_panels_ask_for_exists(tmp_path: Path) -> None:
    answer = await Answer.real(tmp_path)
    for expression in EXPRESSIONS:
        answer.check(expression)


def test_every_panel_says_what_it_shows_in_its_own_place() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for panel in PANELS:
        assert panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        refs = [target["refId"] for target in panel["targets"]]
        assert len(refs) == len(set(refs)), panel["title"]
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    assert all(place["x"] + place["w"] <= 24 for place in places)
    for one, other in combinations(places, 2):
        apart_x = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        apart_y = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert apart_x or apart_y, (one, other)
