"""Real runs of pytest on modules made for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import ROOT

RUN = """
import sys
from pathlib import Path
from tests.support.once_more import main

sys.exit(main(sys.argv[1:], Path.cwd()))
"""
SECOND_TIME = """
from pathlib import Path

def test_stands_alone():
    pass

def test_fails_the_first_time():
    tried = Path(__file__).with_suffix(".tried")
    before = tried.exists()
    tried.touch()
    assert before
"""


def once_more(folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text("[pytest]\n")
    return subprocess.run(
        [sys.executable, "-c", RUN, "-p", "no:cacheprovider"],
        cwd=folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=100,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("module", "code", "said"),
    [
        ("def test_passes(): pass", 0, "1 passed"),
        ("def test_fails(): assert False", 1, "failed twice: test_made.py::test_fails"),
        (SECOND_TIME, 0, "passed the second time (to be mended): test_made.py::test_fails_the_first_time"),
    ],
)
def test_what_fails_is_tried_once_more(module: str, code: int, said: str, tmp_path: Path) -> None:
    (tmp_path / "test_made.py").write_text(module)
    done = once_more(tmp_path)
    assert done.returncode == code
    assert said in done.stdout


def test_many_failures_are_no_accident(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"test_{number}.py").write_text("def test_fails(): assert False")
    done = once_more(tmp_path)
    assert done.returncode == 1
    assert "tried once more" not in done.stdout
    assert "4 failed" in done.stdout


def test_nothing_to_run_is_an_error(tmp_path: Path) -> None:
    assert once_more(tmp_path).returncode == pytest.ExitCode.NO_TESTS_COLLECTED
