from __future__ import annotations

from pathlib import Path

import pytest

from classroom.config import Config, load
from classroom.doctor import server_here


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({"HOST": "127.0.0.1", "PORT": "0", "DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is known not to answer."""
    monkeypatch.setattr(server_here, "TIMEOUT_S", 0.2)
