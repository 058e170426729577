"""What the log says, and what it must never say."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from classroom import logs
from classroom.config import Config


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def fail() -> None:
    token = "secret-of-" + "ana"
    raise RuntimeError(f"a bug with {len(token)} characters")


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_tracebacks_show_no_local_variables(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Config(log_format=log_format))
    try:
        fail()
    except RuntimeError as bug:
        logs.get("rooms").error("room failed", room="r1", exc_info=bug)
        logging.getLogger("asyncio").error("callback failed", exc_info=bug)
    written = capsys.readouterr().err
    assert written.count("a bug with 13 characters") == 2
    assert written.count("test_logs.py") >= 2
    assert "secret-of-ana" not in written


def test_json_has_one_event_per_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(Config(log_format="json"))
    logs.get("rooms").info("room loaded", room="r1", seq=7)
    logs.get("rooms").debug("not at this level")
    logging.getLogger("uvicorn").warning("of %s", "others")
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert first.items() >= {"event": "room loaded", "component": "rooms", "room": "r1", "seq": 7}.items()
    assert second.items() >= {"event": "of others", "logger": "uvicorn", "level": "warning"}.items()
