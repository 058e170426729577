"""The unit file: systemd's own tools take it and rate it, and the server speaks with its manager."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from classroom.config import load
from classroom.service_manager import ServiceManager
from tests.deploy.containerfile import ROOT
from tests.support.server import running

UNIT = ROOT / "deploy" / "systemd" / "momentum-classroom.service"
EXAMPLE = ROOT / "deploy" / "systemd" / "environment.example"
EXPOSURE = 1.3
"""At most: 0 is a service that can do nothing, 10 one that can do all. What is left is the network, which it is there for."""

needs_systemd = pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="needs systemd-analyze")


@needs_systemd
def test_the_unit_is_hardened() -> None:
    rated = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--no-pager", str(UNIT)],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"exposure level for .*: ([\d.]+)", rated.stdout)
    assert found is not None
    assert float(found[1]) <= EXPOSURE


def test_memory_may_be_made_executable() -> None:
    """The unit was run by systemd 252 with it denied: the server answered, and no DTLS handshake succeeded."""
    assert "MemoryDenyWriteExecute=yes" not in UNIT.read_text().splitlines()


@needs_systemd
def test_systemd_reads_every_line_of_it(tmp_path: Path) -> None:
    here = tmp_path / UNIT.name
    here.write_text(UNIT.read_text().replace("/opt/momentum-classroom/bin/classroom", "/bin/true"))
    checked = subprocess.run(["systemd-analyze", "verify", str(here)], capture_output=True, text=True)
    said = [line for line in checked.stderr.splitlines() if UNIT.name in line]
    assert (checked.returncode, said) == (0, [])


def test_the_example_of_settings_is_one_that_the_server_takes() -> None:
    lines = [line for line in EXAMPLE.read_text().splitlines() if line and not line.startswith("# ")]
    pairs = dict(line.lstrip("#").split("=", 1) for line in lines)
    config = load({**pairs, "TURN_SECRET": "s"})
    assert config.public_url == "https://class.example.org"
    assert config.loopback_only
    assert config.media_port == config.media_tcp_port


class Manager:
    """A service manager's end of the socket."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "notify"
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(str(self.path))
        self._socket.settimeout(30)

    def hears(self, what: str) -> str:
        """The next message that has the line `what`."""
        while True:
            message = self._socket.recv(4096).decode()
            if what in message.splitlines():
                return message


def test_the_server_tells_its_manager_when_it_is_ready_alive_and_stopping(tmp_path: Path) -> None:
    manager = Manager(tmp_path)
    with running(tmp_path, NOTIFY_SOCKET=str(manager.path), WATCHDOG_USEC="300000") as server:
        assert f"STATUS=Serving {server.url}" in manager.hears("READY=1")
        for _ in range(3):
            manager.hears("WATCHDOG=1")
        assert server.stop() == 0
        assert "EXTEND_TIMEOUT_USEC=18000000" in manager.hears("STOPPING=1")


async def test_without_a_manager_nothing_is_said() -> None:
    manager = ServiceManager({})
    manager.ready("Serving")
    await manager.beat()


async def test_the_watchdog_of_another_process_is_not_ours() -> None:
    await ServiceManager({"NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "1000000", "WATCHDOG_PID": "1"}).beat()


def test_a_manager_that_has_gone_away_stops_nothing(tmp_path: Path) -> None:
    ServiceManager({"NOTIFY_SOCKET": str(tmp_path / "gone")}).ready("Serving")
