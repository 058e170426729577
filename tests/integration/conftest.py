"""A server that several tests share: each makes rooms of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.server import ClassroomServer, running


@pytest.fixture(scope="session")
def classroom_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ClassroomServer]:
    """`classroom serve --demo` on ephemeral ports; see `tests.support.server`."""
    with running(tmp_path_factory.mktemp("classroom"), "--demo") as server:
        yield server
