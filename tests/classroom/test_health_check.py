"""What a container's health check says."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from classroom import health_check
from classroom.config import load
from tests.support.server import running


def test_a_living_server_is_healthy_and_a_stopped_one_is_not(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        port = server.url.rsplit(":", 1)[1]
        config = load({"HOST": "0.0.0.0", "PORT": port})
        assert health_check.lives(config)
        assert not health_check.lives(replace(config, tls_cert=Path("chain.pem"))), "it speaks no TLS"
        command = [sys.executable, "-m", "classroom.health_check"]
        assert subprocess.run(command, env={"PORT": port}, cwd=Path.cwd()).returncode == 0
    assert not health_check.lives(config)
