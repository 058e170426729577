"""From a raised hand to the trainer's socket, in a room of 16 on a server of its own: over the WebSocket, through the room
and its journal on the disk, to everybody.

python -m benchmarks.hands [--hands N] [--json FILE]

What a browser adds to show it (a reducer's step and a frame) is not in it, nor are media: run it beside the load test for
those.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks.table import Figure, conclude
from loadtest.session import Session

LIMIT_MS = 100.0
TITLE = "A raised hand on the trainer's side, 16 people"
PEOPLE = 16
PAUSE_S = 0.02
"""Between two hands: people do not raise them in the same millisecond."""
_START_S = 20.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _classroom(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-m", "classroom.cli", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout


def _link(environment: dict[str, str], room: str, *arguments: str) -> str:
    found = re.search(r"https?://\S+", _classroom(environment, "invite", room, *arguments))
    if found is None:
        raise RuntimeError("no link in what `classroom invite` says")
    return found.group()


async def _joined(link: str, name: str, seen: asyncio.Queue[float]) -> Session:
    """`seen` gets the time of every hand that this person sees go up."""

    def event(kind: str, _: dict[str, Any]) -> None:
        if kind == "hand.raised":
            seen.put_nowait(time.perf_counter())

    session = Session(lambda _: None, event, lambda *_: None)
    await session.open(link, name=name, seat=secrets.token_hex(16))
    return session


async def _raise_hands(trainer_link: str, group_link: str, hands: int) -> list[float]:
    """Milliseconds of each."""
    seen: asyncio.Queue[float] = asyncio.Queue()
    trainer = await _joined(trainer_link, "Trainer", seen)
    people = [await _joined(group_link, f"Person {n}", asyncio.Queue()) for n in range(1, PEOPLE)]
    took_ms = []
    for number in range(hands):
        person = people[number % len(people)]
        began = time.perf_counter()
        await person.request("hand.raise", {})
        took_ms.append((await seen.get() - began) * 1000)
        await person.request("hand.lower", {})
        await asyncio.sleep(PAUSE_S)
    await asyncio.gather(*(session.close() for session in (trainer, *people)))
    return took_ms


def measure(hands: int = 300) -> list[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
        environment = dict(os.environ) | {
            "HOST": "127.0.0.1", "PORT": str(port), "MEDIA_PORT": "0", "MEDIA_TCP_PORT": "off", "DATA_DIR": folder,
        }  # fmt: skip
        room = _classroom(environment, "room", "create", "Benchmark").split()[0]
        trainer = _link(environment, room, "--role", "trainer", "--name", "Trainer")
        group = _link(environment, room, "--role", "participant", "--group")
        log = Path(folder, "server.log")
        with log.open("wb") as sink:
            server = subprocess.Popen(
                [sys.executable, "-m", "classroom.cli", "serve"], env=environment, stdout=sink, stderr=sink
            )
        try:
            _await_port(server, port)
            took_ms = asyncio.run(_raise_hands(trainer, group, hands))
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait()
    p99 = quantiles(took_ms, n=100, method="inclusive")[98]
    return [
        Figure("raised to seen by the trainer, median", median(took_ms), "ms"),
        Figure("raised to seen by the trainer, p99", p99, "ms", LIMIT_MS),
        Figure("the slowest", max(took_ms), "ms"),
    ]


def _await_port(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _START_S
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("the server did not start")
        time.sleep(0.05)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=TITLE)
    parser.add_argument("--hands", type=int, default=300)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    options = parser.parse_args(arguments)
    return conclude(TITLE, measure(options.hands), options.json)


if __name__ == "__main__":
    raise SystemExit(main())
