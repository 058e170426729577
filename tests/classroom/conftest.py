"""One Redis for all tests of what is kept in Redis."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.support.redis import RedisServer, running_redis


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    """In cluster mode, with all slots: what reaches over two slots is refused (CROSSSLOT)."""
    with running_redis(tmp_path_factory.mktemp("redis"), "--cluster-enabled", "yes") as server:
        with server.client() as client:
            client.execute_command("CLUSTER ADDSLOTSRANGE", 0, 16383)
            deadline = time.monotonic() + 20
            while client.execute_command("CLUSTER INFO")["cluster_state"] != "ok":
                assert time.monotonic() < deadline
                time.sleep(0.05)
        yield server


@pytest.fixture
def redis(shared_redis: RedisServer) -> RedisServer:
    """Empty."""
    with shared_redis.client() as client:
        client.flushall()
    return shared_redis
