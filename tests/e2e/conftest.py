"""A real server process, and people with a real Chromium each."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, sync_playwright

from tests.e2e import devices
from tests.e2e.firefox import FirefoxPerson
from tests.e2e.person import Person
from tests.support.ports import free_port

CHROMIUM = "/usr/bin/chromium"
ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A `classroom serve` of its own: ephemeral ports, empty DATA_DIR."""

    url: str
    environment: dict[str, str]
    log: Path

    @property
    def data_dir(self) -> Path:
        return Path(self.environment["DATA_DIR"])

    def classroom(self, *arguments: str) -> str:
        """Runs a `classroom` command on the same data, as an operator would beside the running server."""
        done = subprocess.run(
            [sys.executable, "-m", "classroom.cli", *arguments],
            env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True,
        )  # fmt: skip
        return done.stdout

    def create_room(self, name: str = "Web workshop", capacity: int | None = None) -> str:
        extra = [] if capacity is None else ["--capacity", str(capacity)]
        return self.classroom("room", "create", name, *extra).split()[0]

    def invite(self, room: str, role: str, name: str) -> str:
        output = self.classroom("invite", room, "--role", role, "--name", name)
        found = re.search(r"https?://\S+", output)
        assert found, output
        return found.group()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    port, media_port = free_port(), free_port()
    environment = {
        **{k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LANG", "PYTHONPATH")},
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "MEDIA_PORT": str(media_port),
        "DATA_DIR": str(folder / "data"),
    }
    log = folder / "server.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "classroom.cli", "serve"],
            cwd=ROOT,
            env=environment,
            stdout=sink,
            stderr=sink,
        )
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, log.read_text()
            time.sleep(0.05)
        yield Server(url=f"http://127.0.0.1:{port}", environment=environment, log=log)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def media_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("devices")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """For this package alone: as long as it runs, its event loop is this thread's, and asyncio tests could not have theirs."""
    with sync_playwright() as running:
        yield running


OpenPerson = Callable[..., Person]


OPEN: list[Person | FirefoxPerson] = []
"""Whoever has a browser open now."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What each person saw when a test failed, as pictures in test-results/."""
    report = yield
    if report.failed:
        folder = ROOT / "test-results" / re.sub(r"\W+", "-", item.name)
        folder.mkdir(parents=True, exist_ok=True)
        for person in OPEN:
            person.photograph(folder / f"{person.name}.png")
    return report


def _opener(playwright: Playwright, media_folder: Path, folder: Path) -> Iterator[OpenPerson]:
    people: list[Person] = []

    def open_one(
        index: int, name: str, *, lang: str = "en", profile: str | None = None, **kind: Any
    ) -> Person:
        person = Person(
            playwright,
            CHROMIUM,
            name,
            lang=lang,
            profile=folder / (profile or f"profile-{index}-{len(people)}"),
            speech=devices.speech(media_folder, index),
            picture=devices.picture(media_folder, index),
            **kind,
        )
        people.append(person)
        OPEN.append(person)
        return person

    yield open_one
    for person in people:
        OPEN.remove(person)
        person.close()


@pytest.fixture
def open_person(playwright: Playwright, media_folder: Path, tmp_path: Path) -> Iterator[OpenPerson]:
    """`open_person(index, name)`: a Chromium of their own, with their own voice and picture; closed at the end."""
    yield from _opener(playwright, media_folder, tmp_path)


@pytest.fixture(scope="module")
def open_person_for_module(
    playwright: Playwright, media_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[OpenPerson]:
    """The same for a whole module: starting browsers is what costs time on two cores."""
    yield from _opener(playwright, media_folder, tmp_path_factory.mktemp("people"))
