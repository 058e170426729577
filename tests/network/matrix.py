"""`python -m tests.network.matrix`: measures the classroom on poor networks, cell by cell, and writes docs/media-quality.md.

Results are kept in docs/media-quality/*.json as they come, so that a run that was stopped goes on where it was: cells that are
there are not measured again unless --again is given, or --outdated and they are of another commit than this one. Synthetic
people go through several cells at once, each lane a process with a server and hosts of its own; a browser has the machine for
itself. Needs root for network namespaces, and Chromium for cells with a browser; --with simulated needs neither.
"""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.network import cells, report, simulated, trial_chromium
from tests.network.namespaces import available
from tests.network.scene import scene
from tests.network.trial import SyntheticTrial
from tests.support.server import ROOT

FOLDER = ROOT / "docs" / "media-quality"
PEOPLE = ("simulated", "synthetic", "chromium")
LANES = 3
NICE = -10
"""What is to be measured is the network, not how busy the machine is with other things."""

Results = dict[str, dict[str, Any]]


def main() -> None:
    arguments = _arguments()
    if arguments.report:
        _write_page()
        return
    if not available():
        raise SystemExit("needs root and /dev/net/tun: it makes network namespaces")
    # So that what was started is stopped, too, and what was measured is on the page.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    with suppress(OSError):
        os.nice(NICE)
    if arguments.lane is not None:
        _measure(arguments)
        return
    began = time.monotonic()
    try:
        _measure_all(arguments)
    finally:
        _write_page()
    print(f"measured in {time.monotonic() - began:.0f} s", flush=True)


def _measure_all(arguments: argparse.Namespace) -> None:
    if arguments.people in ("simulated", "all"):
        wanted = _wanted("simulated", arguments)
        _keep("simulated", simulated.run(set(wanted)), wanted)
    if arguments.people in ("synthetic", "all"):
        _in_lanes(arguments)
    if arguments.people in ("chromium", "all"):
        with tempfile.TemporaryDirectory(prefix="classroom-matrix-") as name:
            _keep("chromium", _chromium(Path(name), arguments), _wanted("chromium", arguments))


def _write_page() -> None:
    report.write(FOLDER, {people: _load(people) for people in PEOPLE})
    print(f"wrote {FOLDER.with_suffix('.md').relative_to(ROOT)}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.network.matrix", description=__doc__)
    parser.add_argument(
        "--only", action="append", default=[], help="cells whose name contains this text (or one of several)"
    )
    parser.add_argument("--with", dest="people", choices=(*PEOPLE, "all"), default="all")
    parser.add_argument(
        "--full", action="store_true", help="every cell of the product, not the usual part of it"
    )
    parser.add_argument("--again", action="store_true", help="measure cells that have been measured")
    parser.add_argument(
        "--outdated",
        action="store_true",
        help="measure cells that are of another commit; may be stopped and begun anew",
    )
    parser.add_argument("--settle", type=float, default=4.0, help="seconds in a cell before measuring")
    parser.add_argument("--measure", type=float, default=6.0, help="seconds that are measured")
    parser.add_argument("--lanes", type=int, default=LANES, help="synthetic cells measured at once")
    parser.add_argument("--lane", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--report", action="store_true", help="only write the page again")
    return parser.parse_args()


def _in_lanes(arguments: argparse.Namespace) -> None:
    lanes = min(arguments.lanes, len(_wanted("synthetic", arguments)))
    passed = [
        "--settle",
        str(arguments.settle),
        "--measure",
        str(arguments.measure),
        *(word for only in arguments.only for word in ("--only", only)),
    ]
    passed += ["--full"] * arguments.full + ["--again"] * arguments.again
    passed += ["--outdated"] * arguments.outdated
    command = [sys.executable, "-m", "tests.network.matrix", *passed, "--lanes", str(lanes)]
    running = [subprocess.Popen([*command, "--lane", str(lane)], cwd=ROOT) for lane in range(lanes)]
    try:
        for process in running:
            process.wait()
    finally:
        for process in running:
            process.terminate()
            process.wait()


def _measure(arguments: argparse.Namespace) -> None:
    """The cells of one lane."""
    wanted = _wanted("synthetic", arguments)[arguments.lane :: arguments.lanes]
    with tempfile.TemporaryDirectory(prefix="classroom-matrix-") as name:
        _keep("synthetic", _synthetic(Path(name), arguments, wanted), wanted)


def _wanted(people: str, arguments: argparse.Namespace) -> list[str]:
    """Names of the cells to measure now."""
    chosen = cells.full() if arguments.full else cells.usual()
    every: dict[str, Sequence[str]] = {
        "synthetic": [cell.name for cell in chosen],
        "chromium": trial_chromium.names(),
        "simulated": simulated.NAMES,
    }
    have = {} if arguments.again else _load(people)
    if arguments.outdated:
        have = {name: got for name, got in have.items() if got.get("commit") == _commit()}
    only = arguments.only or [""]
    return [name for name in every[people] if any(text in name for text in only) and name not in have]


def _synthetic(
    folder: Path, arguments: argparse.Namespace, wanted: Sequence[str]
) -> Iterator[dict[str, Any]]:
    if not wanted:
        return
    with scene(folder) as made:
        trial = SyntheticTrial(made, arguments.settle, arguments.measure)
        for cell in cells.full():
            if cell.name in wanted:
                yield trial.run(cell)


def _chromium(folder: Path, arguments: argparse.Namespace) -> Iterator[dict[str, Any]]:
    wanted = set(_wanted("chromium", arguments))
    if not wanted:
        return
    with sync_playwright() as playwright, scene(folder) as made:
        # A browser's statistics need longer to say anything: some of it comes once a second.
        nadia = made.synthetic("server", "Nadia")
        nadia.joined()
        lengths = 2 * arguments.settle, 2 * arguments.measure
        yield from trial_chromium.run(made, playwright, nadia, wanted, *lengths)


def _keep(people: str, found: Iterator[dict[str, Any]], wanted: list[str]) -> None:
    began = time.monotonic()
    for index, result in enumerate(found, 1):
        _save(people, result)
        left = (time.monotonic() - began) / index * (len(wanted) - index)
        print(f"{people} {index}/{len(wanted)}, about {left:.0f} s left: {_line(result)}", flush=True)


def _line(result: Mapping[str, Any]) -> str:
    numbers = {key: value for key, value in result.items() if isinstance(value, int | float)}
    return f"{result['cell']}: " + ", ".join(f"{key} {value:g}" for key, value in numbers.items())


def _path(people: str) -> Path:
    return FOLDER / f"{people}.json"


def _load(people: str) -> Results:
    with suppress(FileNotFoundError):
        return {each["cell"]: each for each in json.loads(_path(people).read_text())}
    return {}


@cache
def _commit() -> str:
    """Of the code that is measured; "+" where it is not committed as it is. Documentation is no code."""
    code = ("--", "classroom", "rooms", "loadtest", "client", "tests")
    newest = _git("log", "-1", "--format=%h", "--abbrev=7", *code)
    return newest + "+" * bool(_git("status", "--porcelain", *code))


def _git(*arguments: str) -> str:
    return subprocess.run(
        ["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def _save(people: str, result: dict[str, Any]) -> None:
    """Adds it to what others have saved meanwhile."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    result = {**result, "commit": _commit(), "date": time.strftime("%Y-%m-%d")}
    lock = os.open(FOLDER, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        results = {**_load(people), result["cell"]: result}
        lines = ",\n".join(json.dumps(each, ensure_ascii=False) for each in results.values())
        _path(people).write_text(f"[\n{lines}\n]\n")
    finally:
        os.close(lock)


if __name__ == "__main__":
    main()
