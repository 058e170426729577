"""The doctor's codes: each is found by a test, explained in docs/doctor.md, and comes with what to do."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from classroom import doctor
from classroom.config import Config
from classroom.doctor.findings import Code, Finding

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "doctor.md"
CODES = set(get_args(Code))


def test_every_check_says_something_with_a_status(config: Config) -> None:
    findings = doctor.examine(config)
    assert {"port (TCP)", "port (UDP)", "secure origin", "TURN", "Redis", "clock", "disk", "client"} <= {
        finding.check for finding in findings
    }
    for finding in findings:
        assert finding.status in ("ok", "warn", "fail")
        assert finding.found
        assert (finding.status == "ok") == (finding.code is None)
        assert finding.line(color=False).startswith(finding.status)


def test_a_line_says_what_is_wrong_what_to_do_and_under_which_name() -> None:
    finding = Finding("certificate", "fail", "It ended 3 days ago.", "Renew it.", "certificate-ended")
    line = finding.line(color=False)
    assert line == "fail  certificate    It ended 3 days ago. Renew it. [certificate-ended]"


def test_every_code_has_a_test_that_finds_it() -> None:
    tests = "".join(path.read_text() for path in HERE.glob("test_*.py") if path != Path(__file__))
    assert {code for code in CODES if f'"{code}"' not in tests} == set()


def test_every_code_is_explained() -> None:
    assert set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.read_text(), re.MULTILINE)) >= CODES
