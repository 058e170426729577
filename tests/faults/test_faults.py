"""Some dozens of fault schedules. `make test-faults` plays 10,000."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.faults.plants import PLANTS

SCHEDULES = 60


def faults(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.faults", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "0"},
    )


@pytest.mark.timeout(600)
def test_nothing_is_lost_or_doubled_in_some_schedules() -> None:
    run = faults("--schedules", str(SCHEDULES))
    assert run.returncode == 0, run.stdout + run.stderr
    assert f"loss 0, duplication 0 in {SCHEDULES} schedules" in run.stdout
    assert "resumed: 0" not in run.stdout


def test_a_seed_replays_exactly() -> None:
    first, second = faults("--seed", "7"), faults("--seed", "7")
    assert first.returncode == 0, first.stdout + first.stderr
    assert first.stdout == second.stdout


@pytest.mark.parametrize("plant", [*PLANTS])
def test_a_bug_put_in_on_purpose_is_found(plant: str) -> None:
    run = faults("--schedules", "30", "--plant", plant)
    assert run.returncode == 1
    assert "Violation" in run.stdout
    assert "replay: python -m tests.faults --seed" in run.stdout
