"""docs/api.md: its lines run as written, and it names what there is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from classroom.api.api_keys import SCOPES
from classroom.api.operations import Operation
from classroom.api.routes import OPERATIONS
from classroom.webhooks.notices import EVENT_TYPES
from tests.support.server import ROOT, ClassroomServer

DOC = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_lines_run_as_written(server: ClassroomServer, tmp_path: Path) -> None:
    (lines,) = re.findall(r"^```sh\n(.*?)^```", DOC, re.MULTILINE | re.DOTALL)
    program = tmp_path / "classroom"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m classroom.cli "$@"\n')
    program.chmod(0o755)
    script = "set -eu -o pipefail\n" + lines.replace("http://localhost:8080", server.url)
    path = f"{tmp_path}:{server.environment['PATH']}"
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env=server.environment | {"PATH": path, "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("/join#t=") == 2
    assert "whsec_" in done.stdout
    assert "participant_id,name,role,minutes" in done.stdout


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_every_operation_is_named(operation: Operation) -> None:
    path = operation.path.replace("{invitation_id}", "INVITATION").replace("{participant_id}", "SEAT")
    assert re.sub(r"{\w+}", "ID", path) in DOC


def test_scopes_and_events_are_named() -> None:
    assert [name for name in (*SCOPES, *EVENT_TYPES) if f"`{name}`" not in DOC] == []
