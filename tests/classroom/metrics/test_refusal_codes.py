"""Every code with which anything is refused is in the metrics from the start: read from the source."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from classroom.api.problems import Code
from classroom.metrics.refusals import FRONT, PARTS, RELAY
from rooms.commands import Refusal
from signaling.errors import ErrorCode

CLASSROOM = Path(__file__).parents[3] / "classroom"
MEDIA = CLASSROOM / "media"


def found(pattern: str, *folders: Path) -> set[str]:
    """What `pattern` finds in the source below the folders."""
    sources = [path.read_text() for folder in folders for path in sorted(folder.rglob("*.py"))]
    return {code for source in sources for code in re.findall(pattern, source)}


def test_each_code_of_the_protocol_has_a_part() -> None:
    known = {code for codes in PARTS.values() for code in codes}
    ends = {"left", "outbox_full"}  # no refusals: `classroom_connections_closed_total` counts them
    assert {code.value for code in ErrorCode} - known == ends
    assert set(get_args(Refusal)) <= set(PARTS["request"])
    assert set(get_args(Code)) <= set(PARTS["api"])


@pytest.mark.parametrize(
    "pattern", [r'refuse\(\s*request, [^"]*?"(\w+)"', r'HttpRefusal\(\d+, "(\w+)"', r'_count\("(\w+)"\)']
)
def test_http(pattern: str) -> None:
    codes = found(pattern, CLASSROOM)
    assert codes
    assert codes <= set(PARTS["http"])


def test_the_media_port() -> None:
    codes = found(r'(?:StunError\(|dropped\[)"(\w+)"', MEDIA) | found(r'refuse\(\w+, "(tcp_\w+)"\)', MEDIA)
    codes |= {"unknown_protocol", "empty"}
    assert codes == set(FRONT)


def test_the_relay() -> None:
    codes = found(r'\bcount\("(\w+)"\)', MEDIA / "pyrelay") | found(r'"(feedback_\w+)"', MEDIA / "pyrelay")
    assert codes == set(RELAY)
