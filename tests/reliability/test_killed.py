"""The shortest of the faults, in every run of the tests: see `python -m tests.reliability`."""

from __future__ import annotations

from pathlib import Path

from tests.reliability import faults


async def test_people_write_on_through_kills(tmp_path: Path) -> None:
    said = await faults.killed(tmp_path, times=2)
    assert ", 0 lost, 0 twice; 0 refused; " in said
