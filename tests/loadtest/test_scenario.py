"""Scenarios: what the files may say, and how mistakes are told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from loadtest.plan import plan_room
from loadtest.scenario import FILE_BYTES_MAX, Scenario, ScenarioError, changed, load, parse, shipped
from tests.support.server import ROOT


def test_the_shipped_ones_are_valid() -> None:
    assert shipped() == ["discussion", "lecture", "pairs", "poor-networks", "school", "storm"]
    for name in shipped():
        scenario = load(name)
        assert scenario.title
        assert scenario.description
        assert len(plan_room(scenario, 0).people) == scenario.people
    assert load("storm").total == 1000
    assert load("school").rooms == 30


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("people = 0", "Expected `int` >= 1 - at `$.people`"),
        ("people = 'many'", "Expected `int`, got `str` - at `$.people`"),
        ("seconds = nan", "$.seconds"),
        ("poeple = 3", "unknown field `poeple`"),
        ("rooms = 1000\npeople = 100", "more than 10000 people"),
        ("[join]\nramp_s = -1", "$.join.ramp_s"),
        ("[speaking]\npattern = 'choir'", "Invalid enum value 'choir' - at `$.speaking.pattern`"),
        ("[receiving]\naudio_only = 0.6\nsignaling_only = 0.6", "more than everybody - at `$.receiving`"),
        ("[activity]\nthink_s = [4, 1]", "begins after its end - at `$.activity`"),
        ("[[networks]]\nname = 'x'\nshare = 2", "$.networks[0].share"),
        (
            "[[networks]]\nname = 'x'\nshare = 0.6\n[[networks]]\nname = 'y'\nshare = 0.6",
            "more than everybody",
        ),
        ("seconds = 5\n[[faults]]\nat_s = 9\nkind = 'cut'", "comes after the end at 5 s"),
        ("[[faults]]\nat_s = 1\nkind = 'meteor'", "$.faults[0].kind"),
        ("people = ", "not TOML: Invalid value"),
        ("x = " + "[" * 5000, "not TOML"),
    ],
)
def test_mistakes_are_told_with_their_place(text: str, told: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse(text)
    assert told in str(caught.value)


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="shipped scenarios are discussion"):
        load("no-such-thing")
    with pytest.raises(ScenarioError, match="directory"):
        load(str(tmp_path))
    large = tmp_path / "large.toml"
    large.write_text("#" * (FILE_BYTES_MAX + 1))
    with pytest.raises(ScenarioError, match="larger than"):
        load(str(large))
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioError, match="binary"):
        load(str(binary))


def test_changes_are_checked_and_faults_follow_a_shorter_end() -> None:
    short = changed(load("storm"), seconds=9.0, rooms=2, people=None)
    assert (short.rooms, short.people) == (2, 40)
    assert all(fault.at_s < 9 for fault in short.faults)
    with pytest.raises(ScenarioError, match="people"):
        changed(Scenario(), people=101)


def test_the_documented_file_is_one() -> None:
    page = (ROOT / "docs" / "loadtest.md").read_text()
    (block,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    scenario = parse(block)
    assert scenario.breakouts is not None
    for name in shipped():
        assert f"| `{name}` |" in page
