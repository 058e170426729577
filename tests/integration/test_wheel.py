"""What people install is the wheel: it holds the client, and neither needs Node nor the sources."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.support.server import ROOT

PACKAGES = ("classroom", "signaling", "rooms", "loadtest")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The folder into which a wheel of these sources was installed, without what it depends on."""
    source = tmp_path / "source"
    for package in PACKAGES:
        shutil.copytree(ROOT / package, source / package, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / file, source)
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-input"]
    built = [
        "wheel",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "--wheel-dir",
        str(tmp_path),
        str(source),
    ]
    subprocess.run([*pip, *built], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(site), str(wheel)], check=True
    )
    return site


def test_an_installed_wheel_serves_the_client_without_node(installed: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {"PYTHONPATH": str(installed), "PATH": "", "PORT": "0", "MEDIA_PORT": "0"}
    server = subprocess.Popen(
        [installed / "bin" / "classroom", "serve", "--demo"],
        cwd=empty,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=(tmp_path / "log").open("w"),
        text=True,
    )
    try:
        assert server.stdout is not None
        said = [server.stdout.readline() for _ in range(3)]
        assert [line.split()[0] for line in said] == ["Serving:", "Trainer:", "Participant:"]
        url = said[0].split()[1]
        page = fetch(url + "/join")
        parts = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
        assert {part.rsplit(".", 1)[1] for part in parts} == {"js", "css", "woff2"}
        for part in parts:
            assert fetch(url + part)
    finally:
        server.terminate()
        assert server.wait(20) == 0
    assert (empty / "data" / "classroom.sqlite3").exists()
    found = subprocess.run(
        [sys.executable, "-c", "import classroom; print(classroom.__file__)"],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert Path(found.stdout.strip()).is_relative_to(installed), (
        "it was the wheel that served, not these sources"
    )


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        text: str = answer.read().decode(errors="replace")
        return text
