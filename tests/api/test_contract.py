"""Schemathesis against a real server: what the API does is what its description says, whatever is sent, by every one of
its checks: one request at a time, and in sequences by the description's links, in which what one request made is looked at,
changed and taken away by others."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from classroom.api import api_keys, routes, service
from classroom.api.api_keys import SCOPES
from classroom.api.operations import PREFIX
from classroom.api.service import unix_ms
from tests.support.api import new_key
from tests.support.inloop import serving
from tests.support.server import ClassroomServer

EXAMPLES = 12
SEQUENCES = 30
SETTINGS = """
[checks.positive_data_acceptance]
# Right by its form, wrong by its meaning (a name without anything visible, a cursor of nobody's) is 422.
expected-statuses = ["2xx", "401", "403", "404", "409", "422"]
"""
CONFIG = SchemathesisConfig.from_str(SETTINGS)
SCHEMA = schemathesis.openapi.from_dict(json.loads(routes.DESCRIPTION), config=CONFIG)


@pytest.fixture
def key(server: ClassroomServer) -> str:
    """One for each operation: they share no rate limit."""
    return new_key(server.data_dir)


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_description_is_true(case: schemathesis.Case, server: ClassroomServer, key: str) -> None:
    case.call_and_validate(base_url=server.url, headers={"Authorization": f"Bearer {key}"})


async def test_what_was_made_is_there_until_it_is_taken_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "REQUEST_BURST", 1e6)
    settings_file = tmp_path / "schemathesis.toml"
    settings_file.write_text(SETTINGS)
    async with serving() as server:
        port = server.runtime.config.port
        _, key = await api_keys.create(server.runtime.records, "sequences", SCOPES, unix_ms())
        program = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "schemathesis.cli", "--config-file", settings_file),
            *(
                "run",
                f"http://127.0.0.1:{port}{PREFIX}/openapi.json",
                "--header",
                f"Authorization: Bearer {key}",
            ),
            *(
                "--phases",
                "stateful",
                "--max-examples",
                str(SEQUENCES),
                "--generation-deterministic",
                "--no-color",
            ),
            cwd=tmp_path,
            env=os.environ | {"no_proxy": "*"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        told, _ = await program.communicate()
    text = told.decode()
    assert program.returncode == 0, text
    covered = re.search(r"API Links: +(\d+) covered", text)
    assert covered is not None, text
    assert int(covered[1]) >= 15, text
