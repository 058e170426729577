"""The pages for operators: a section for each alert, links that lead somewhere, variables that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from classroom.config import FIELDS
from tests.deploy.containerfile import ROOT

DOCS = ROOT / "docs"
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text())
PAGES = [DOCS / name for name in ("operations.md", "deploy.md", "doctor.md")]


def anchors(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_alert_has_its_section_and_nothing_else_has() -> None:
    rules = [rule for group in ALERTS["groups"] for rule in group["rules"] if "alert" in rule]
    wanted = {rule["annotations"]["runbook"].partition("#")[2] for rule in rules}
    assert len(wanted) == len(rules)
    assert {anchor for anchor in anchors(DOCS / "operations.md") if anchor.startswith("alert-")} == wanted


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        if target.startswith("https://"):
            continue
        file, _, anchor = target.partition("#")
        found = (page.parent / file).resolve() if file else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def test_the_page_names_every_variable() -> None:
    text = (DOCS / "operations.md").read_text()
    assert {field.variable for field in FIELDS if f"`{field.variable}`" not in text} == set()
