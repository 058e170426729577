"""Prometheus's own judge of rules and expressions. `make` takes it out of Debian's package without installing that."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
OWN = ROOT / ".make" / "promtool"


def promtool(*arguments: str | Path, stdin: str = "") -> str:
    """What it says. Raises AssertionError, with that, if it finds something wrong."""
    found = shutil.which("promtool") or (str(OWN) if OWN.exists() else None)
    assert found is not None, "promtool is missing: make .make/promtool"
    done = subprocess.run(
        [found, *map(str, arguments)],
        input=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
