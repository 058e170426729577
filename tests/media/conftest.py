"""The relay's contract tests run on every implementation."""

from __future__ import annotations

import pytest

from tests.media.contract import IMPLEMENTATIONS
from tests.media.world import RelayFactory


@pytest.fixture(params=list(IMPLEMENTATIONS))
def factory(request: pytest.FixtureRequest) -> RelayFactory:
    return IMPLEMENTATIONS[request.param]
