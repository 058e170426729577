"""How long `classroom serve` takes from its start to serving, the interpreter's own start included.

python -m benchmarks.startup [--runs N] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.table import Figure, conclude

LIMIT_S = 2.0
TITLE = "Start to serving"


def start(folder: Path) -> tuple[float, float]:
    """Starts and stops a server: (seconds until it serves, by its own word; CPU seconds of its whole life)."""
    environment = os.environ | {
        "HOST": "127.0.0.1",
        "PORT": "0",
        "MEDIA_PORT": "0",
        "MEDIA_TCP_PORT": "off",
        "DATA_DIR": str(folder),
        "LOG_FORMAT": "json",
    }
    command = [sys.executable, "-m", "classroom.cli", "serve"]
    process = subprocess.Popen(
        command, env=environment, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stderr is not None
    start_s = None
    with process.stderr as lines:
        for line in lines:
            entry = json.loads(line) if line.startswith("{") else {}
            if entry.get("event") == "server started":
                start_s = entry["start_ms"] / 1000
                process.send_signal(signal.SIGTERM)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if start_s is None:
        raise RuntimeError(f"the server did not start: exit code {process.returncode}")
    return start_s, usage.ru_utime + usage.ru_stime


def measure(runs: int = 5) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        starts = [start(Path(folder)) for _ in range(runs + 1)][1:]  # the first makes the database
    return [
        Figure("from start to serving, quickest", min(wall for wall, _ in starts), "s", LIMIT_S),
        Figure("from start to serving, median", median(wall for wall, _ in starts), "s"),
        Figure("CPU of a start and a stop, median", median(cpu for _, cpu in starts), "s", LIMIT_S),
    ]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    return conclude(TITLE, measure(options.runs), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
