"""One server for the tests of the API, and a program with a key for everything."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.support.api import client
from tests.support.server import ClassroomServer, running


@pytest.fixture(scope="package")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassroomServer]:
    with running(tmp_path_factory.mktemp("api")) as started:
        yield started


@pytest.fixture
def api(server: ClassroomServer) -> Iterator[httpx.Client]:
    """With a key of its own: tests share no rate limit."""
    with client(server) as opened:
        yield opened
