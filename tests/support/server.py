"""A real `classroom serve` in a process of its own, on ephemeral ports, with a temporary DATA_DIR."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classroom import invitations, keys
from classroom.journal.base import Journal
from classroom.journal.sqlite import SqliteJournal
from rooms.events import Recorded
from rooms.model import Role

ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 60.0


@dataclass
class ClassroomServer:
    """What a test knows of the running server."""

    process: subprocess.Popen[bytes]
    url: str
    media_port: int
    data_dir: Path
    log_path: Path
    environment: dict[str, str]

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1) + "/ws"

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def create_room(self, name: str = "Web workshop", capacity: int = 16) -> str:
        """Makes a room in the server's journal, as `classroom room create` does beside a running server."""
        room_id = invitations.new_room_id()

        async def create() -> None:
            journal = SqliteJournal(self.data_dir / "classroom.sqlite3")
            await invitations.create_room(journal, room_id, name, capacity)
            await journal.close()

        _run(create())
        return room_id

    def history(self, room_id: str) -> list[Recorded]:
        """What the journal has of a room now."""
        found: list[Recorded] = []

        async def load() -> None:
            journal: Journal = SqliteJournal(self.data_dir / "classroom.sqlite3")
            found.extend(await journal.events(room_id))
            await journal.close()

        _run(load())
        return found

    def invite(
        self,
        room: str,
        role: Role = "participant",
        name: str = "Ana",
        *,
        seat: str | None = None,
        days: int = 1,
    ) -> str:
        """A personal link."""
        invitation = invitations.personal(
            room, "Web workshop", role, name, now_s=int(time.time()), days=days, seat=seat
        )
        return invitations.link(self.url, invitation, keys.load_or_create(self.data_dir))

    def invite_group(self, room: str, role: Role = "participant") -> str:
        """A link for many."""
        invitation = invitations.group(room, "Web workshop", role, now_s=int(time.time()))
        return invitations.link(self.url, invitation, keys.load_or_create(self.data_dir))

    def kill(self) -> None:
        """SIGKILL: no goodbye, nothing put away."""
        self.process.kill()
        self.process.wait()

    def stop(self, timeout_s: float = 20.0) -> int:
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout_s)


def token_of(link: str) -> str:
    """The invitation in a link."""
    return link.split("#t=", 1)[1]


@contextmanager
def running(
    folder: Path, *arguments: str, port: int = 0, prefix: Sequence[str] = (), **variables: str
) -> Iterator[ClassroomServer]:
    """Starts a server with its data in `folder` (an old one goes on with what is there) and stops it at the end.

    `arguments` go to `classroom serve`; `variables` to its environment. `prefix`: a command that runs it elsewhere.
    """
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **{key: value for key, value in os.environ.items() if key in ("PATH", "HOME", "LANG", "PYTHONPATH")},
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "MEDIA_PORT": "0",
        "MEDIA_ADDRESSES": "127.0.0.1",
        "DATA_DIR": str(folder / "data"),
        "LOG_FORMAT": "json",
        **variables,
    }
    log_path = folder / "server.log"
    with log_path.open("ab") as log:
        start = log_path.stat().st_size
        process = subprocess.Popen(
            [*prefix, sys.executable, "-m", "classroom.cli", "serve", *arguments],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    try:
        url, media_port = _wait_until_serving(process, log_path, start)
        yield ClassroomServer(process, url, media_port, folder / "data", log_path, environment)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(40)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_serving(process: subprocess.Popen[bytes], log_path: Path, start: int) -> tuple[str, int]:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline:
        text = log_path.read_text()[start:]
        url = re.search(r'"url": "([^"]+)"', text)
        media_port = re.search(r'"media_port": (\d+)', text)
        if url and media_port and "Serving:" in text:
            return url.group(1), int(media_port.group(1))
        if process.poll() is not None:
            raise AssertionError(f"the server did not start:\n{text}")
        time.sleep(0.02)
    raise AssertionError(f"the server did not start in time:\n{log_path.read_text()[start:]}")


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Runs a coroutine to its end, also where a loop runs already."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()
