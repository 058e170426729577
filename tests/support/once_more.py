"""Tests of the real thing, and those that failed once more: `python -m tests.support.once_more PYTEST_ARGUMENTS…`

A real browser on a machine that somebody else keeps busy fails for that alone now and then: one test in some thousand. What
failed is run again in a new process with its whole module, as its tests may stand on each other. A test that fails twice has
failed; one that passed the second time is named at the end, to be mended. More than a few failures are no accident.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

FEW = 3
"""So many modules at most are tried again."""


class Failures:
    """A pytest plugin that remembers what failed."""

    def __init__(self) -> None:
        self.tests: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and report.nodeid not in self.tests:
            self.tests.append(report.nodeid)

    @property
    def modules(self) -> list[str]:
        return list(dict.fromkeys(test.split("::")[0] for test in self.tests))


def main(arguments: Sequence[str], root: Path | None = None) -> int:
    """The exit code of the whole: 0 if every test passed at the first or second try. `root`: where the tests are."""
    failures = Failures()
    code = int(pytest.main([*arguments], plugins=[failures]))
    if code != pytest.ExitCode.TESTS_FAILED or not 0 < len(failures.modules) <= FEW:
        return code
    print(f"\nfailed, and tried once more: {', '.join(failures.tests)}\n", flush=True)
    code = subprocess.run([sys.executable, "-m", "pytest", *failures.modules], cwd=root).returncode
    verdict = "failed once, passed the second time (to be mended)" if code == 0 else "failed twice"
    print(f"\n{verdict}: {', '.join(failures.tests)}", flush=True)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
