"""Schemathesis against a real server: what the API does is what its description says, whatever is sent, by every one of
its checks."""

from __future__ import annotations

import json

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig

from classroom.api import routes
from tests.support.api import new_key
from tests.support.server import ClassroomServer

EXAMPLES = 12
CONFIG = SchemathesisConfig.from_dict(
    {
        # Right by its form, wrong by its meaning (a name without anything visible, a cursor of nobody's) is 422.
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "401", "403", "404", "409", "422"],
            },
        },
    }
)
SCHEMA = schemathesis.openapi.from_dict(json.loads(routes.DESCRIPTION), config=CONFIG)


@pytest.fixture
def key(server: ClassroomServer) -> str:
    """One for each operation: they share no rate limit."""
    return new_key(server.data_dir)


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_description_is_true(case: schemathesis.Case, server: ClassroomServer, key: str) -> None:
    case.call_and_validate(base_url=server.url, headers={"Authorization": f"Bearer {key}"})
