"""The rules that call somebody in the night: Prometheus takes them, they fire when they should and not otherwise, and each says
what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.deploy import metrics_page
from tests.deploy.expressions import Answer
from tests.deploy.promtool import ROOT, promtool

FOLDER = ROOT / "deploy" / "prometheus"
RULES = (FOLDER / "alerts.yml").read_text()
TESTS = (FOLDER / "alerts_test.yml").read_text()
ALERTS = re.findall(r"^ +- alert: (\w+)$", RULES, re.MULTILINE)
EXPRESSIONS = re.findall(r"^ +expr: (.+)$", RULES, re.MULTILINE)
RECORDED = frozenset(re.findall(r"^ +- record: (\S+)$", RULES, re.MULTILINE))


def test_prometheus_takes_the_rules() -> None:
    promtool("check", "rules", FOLDER / "alerts.yml")


def test_prometheus_takes_the_example_configuration(tmp_path: Path) -> None:
    for name in ("prometheus.yml", "alerts.yml"):
        (tmp_path / name).write_text((FOLDER / name).read_text())
    (tmp_path / "metrics_token").write_text("a-token")
    promtool("check", "config", tmp_path / "prometheus.yml")


def test_each_alert_fires_and_is_silent_otherwise() -> None:
    promtool("test", "rules", FOLDER / "alerts_test.yml")
    assert len(ALERTS) == len(EXPRESSIONS) - len(RECORDED) > 25
    for alert in ALERTS:
        assert TESTS.count(f"alertname: {alert}\n") == 1, f"{alert} is never seen to fire"
        assert TESTS.count(f"alertname: {alert}, exp_alerts: []") >= 3, f"{alert} is never seen to be silent"


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_names_its_part_of_the_runbook(alert: str) -> None:
    (own,) = re.findall(rf"- alert: {alert}\n(?:.+\n)+?.*runbook: (\S+)", RULES)
    assert own == f"docs/operations.md#alert-{alert.lower()}"


async def test_what_the_rules_look_at_exists(tmp_path: Path) -> None:
    answer = await Answer.real(tmp_path)
    for expression in EXPRESSIONS:
        answer.check(expression)
        for name in re.findall(r"classroom:[\w:]+", expression):
            assert name in RECORDED, f"nothing records {name}"


async def test_names_units_and_types_are_as_prometheus_wants_them(tmp_path: Path) -> None:
    for text in (await Answer.real(tmp_path)).texts:
        assert not promtool("check", "metrics", stdin=text)


async def test_the_page_about_metrics_is_what_a_node_says(tmp_path: Path) -> None:
    fresh = metrics_page.written(await Answer.real(tmp_path))
    assert metrics_page.PAGE.read_text() == fresh, "make it again: python -m tests.deploy.metrics_page"


async def test_a_mistake_in_a_name_a_label_or_a_value_is_found(tmp_path: Path) -> None:
    answer = await Answer.real(tmp_path)
    for wrong in (
        "classroom_redy == 0",
        'classroom_refusals_total{phase="hello"}',
        'classroom_refusals_total{part=~"hello|door"}',
        'classroom_room_people{state="conected"}',
    ):
        with pytest.raises(AssertionError):
            answer.check(wrong)
