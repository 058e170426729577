"""What several modules here start from."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.containerfile import ROOT


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder as ./prepare.sh leaves it, for a machine behind NAT."""
    root = tmp_path_factory.mktemp("sources")
    shutil.copytree(ROOT / "deploy", root / "deploy")
    (root / "docs").mkdir()
    shutil.copy(ROOT / "docs" / "turnserver.conf", root / "docs")
    folder = root / "deploy" / "compose"
    arguments = ["class.example.org", "turn.example.org", "203.0.113.7", "ops@example.org", "10.0.0.7"]
    subprocess.run(["./prepare.sh", *arguments], cwd=folder, check=True)
    return folder
