"""A Redis that would lose rooms, and nodes that cannot reach one another."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path

import pytest

from classroom.config import Config
from classroom.doctor import cluster
from tests.support.redis import running_redis
from tests.support.server import running


def test_one_node_needs_none(config: Config) -> None:
    assert cluster.check_redis(config)[0].status == "ok"
    assert cluster.check_node_url(config) == []


def test_redis_that_is_not_there(config: Config) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"redis://127.0.0.1:{closed.getsockname()[1]}/0"
        (finding,) = cluster.check_redis(replace(config, redis_url=url))
    assert (finding.status, finding.code) == ("fail", "redis-away")
    assert "REDIS_URL" in finding.advice


@pytest.mark.redis
def test_redis_that_keeps_what_it_has_and_redis_that_does_not(config: Config, tmp_path: Path) -> None:
    with running_redis(tmp_path) as redis, redis.client() as client:
        asked = replace(config, redis_url=redis.url)
        assert [finding.status for finding in cluster.check_redis(asked)] == ["ok"]
        client.config_set("appendfsync", "everysec")
        assert [finding.code for finding in cluster.check_redis(asked)] == ["redis-may-forget"]
        client.config_set("appendonly", "no")
        client.config_set("maxmemory-policy", "allkeys-lru")
        evicts, forgets = cluster.check_redis(asked)
        assert (evicts.status, evicts.code) == ("fail", "redis-evicts")
        assert (forgets.status, forgets.code) == ("fail", "redis-forgets")


def test_an_old_redis() -> None:
    (finding,) = cluster._judge({"redis_version": "6.2.14", "aof_enabled": 1}, "always")
    assert (finding.status, finding.code) == ("fail", "redis-old")


def test_a_redis_that_does_not_tell_its_settings_is_believed() -> None:
    (finding,) = cluster._judge({"redis_version": "8.0.1", "aof_enabled": 1}, None)
    assert finding.status == "ok"


def test_other_nodes_are_told_an_address_of_their_own_machines(config: Config) -> None:
    far = replace(config, redis_url="redis://10.0.0.5:6379/0", node_url="http://127.0.0.1:8080")
    (finding,) = cluster.check_node_url(far)
    assert (finding.status, finding.code) == ("fail", "node-url-local")
    assert "NODE_URL" in finding.advice


def test_a_node_that_others_do_not_reach(config: Config, tmp_path: Path) -> None:
    with running(tmp_path) as server:
        port = int(server.url.rsplit(":", 1)[1])
        here = replace(config, port=port, redis_url="redis://127.0.0.1:6379/0")
        assert cluster.check_node_url(here)[0].status == "ok"
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            wrong = f"http://127.0.0.1:{closed.getsockname()[1]}"
            (finding,) = cluster.check_node_url(replace(here, node_url=wrong))
        assert (finding.status, finding.code) == ("fail", "node-url-away")
        assert "NODE_URL" in finding.advice
