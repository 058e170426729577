"""The stages of `make test` miss nothing: each folder of tests is in one of them, each test of a mixed folder, too."""

from __future__ import annotations

import re

from tests.support.server import ROOT

MAKEFILE = (ROOT / "Makefile").read_text()


def stage(name: str) -> set[str]:
    found = re.search(rf"^{name}_TESTS := \$\(addprefix tests/,(.*)\)$", MAKEFILE, re.MULTILINE)
    assert found is not None
    return set(found[1].split())


def recipe(target: str) -> str:
    found = re.search(rf"^{target}:.*\n\t(.*)$", MAKEFILE, re.MULTILINE)
    assert found is not None
    return found[1]


def test_every_folder_is_in_a_stage() -> None:
    folders = {path.parent.relative_to(ROOT / "tests").parts[0] for path in ROOT.glob("tests/*/**/test_*.py")}
    modules, parts = stage("MODULE"), stage("PART")
    processes, browsers = stage("PROCESS"), stage("BROWSER")
    assert folders == modules | parts | processes | browsers
    assert not (modules | parts) & processes


def test_what_is_in_two_stages_is_divided_by_a_mark() -> None:
    assert recipe("test-modules").endswith('-m "not network"')
    assert recipe("test-processes").endswith('-m "not browser"')
    assert '-m "(browser or network) and not firefox"' in recipe("test-browsers")
    for path in (ROOT / "tests" / "e2e").glob("test_*.py"):
        assert re.search(r"mark\.(browser|firefox)", path.read_text()), f"{path.name} is in no stage"
