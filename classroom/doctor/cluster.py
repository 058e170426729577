"""What a cluster needs: a Redis that forgets nothing, and nodes that reach one another."""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any, Final
from urllib.error import URLError
from urllib.parse import urlsplit

from classroom.config import Config, is_loopback
from classroom.doctor import server_here
from classroom.doctor.findings import Finding, fail, ok, warn

if TYPE_CHECKING:
    from redis import Redis

REDIS: Final = "Redis"
NODE: Final = "node address"
OLDEST: Final = 7


def check_redis(config: Config) -> list[Finding]:
    if config.redis_url is None:
        return ok(REDIS, "Not set: one node, which needs none.")
    from redis import Redis
    from redis.exceptions import RedisError

    timeout_s = server_here.TIMEOUT_S
    url = config.redis_url.replace(
        "+cluster://", "://", 1
    )  # the node that is named, for all of a Redis Cluster
    client = Redis.from_url(url, socket_connect_timeout=timeout_s, socket_timeout=timeout_s)
    try:
        info: dict[str, Any] = client.info()
        synced = _setting(client, "appendfsync")
    except (RedisError, OSError) as problem:
        reason = str(problem).rstrip(".")
        return fail(REDIS, "redis-away", f"No answer: {reason}.", "Start it, or correct REDIS_URL.")
    finally:
        client.close()
    return _judge(info, synced)


def _judge(info: dict[str, Any], synced: str | None) -> list[Finding]:
    """`synced`: what appendfsync is, None if it does not tell."""
    version = str(info.get("redis_version", "0"))
    if int(version.split(".")[0]) < OLDEST:
        advice = f"The nodes need version {OLDEST} or later."
        return fail(REDIS, "redis-old", f"Version {version}.", advice)
    found = []
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        advice = "It throws rooms away when memory is short: set maxmemory-policy noeviction."
        found += fail(REDIS, "redis-evicts", f"maxmemory-policy is {policy}.", advice)
    if not info.get("aof_enabled"):
        advice = "Rooms are gone when it restarts: set appendonly yes and appendfsync always."
        found += fail(REDIS, "redis-forgets", "It keeps nothing on its disk.", advice)
    elif synced in ("everysec", "no"):
        advice = "A loss of power may take what was acknowledged last: set appendfsync always, unless that is meant."
        found += warn(REDIS, "redis-may-forget", f"appendfsync is {synced}.", advice)
    return found or ok(REDIS, f"Version {version} answers, and keeps what it has.")


def _setting(client: Redis, name: str) -> str | None:
    from redis.exceptions import ResponseError

    try:
        return client.config_get(name).get(name)
    except ResponseError:  # some providers allow no CONFIG
        return None


def check_node_url(config: Config) -> list[Finding]:
    if config.redis_url is None:
        return []
    from classroom.cluster.node import own_url

    url = config.node_url or own_url(config)
    redis_host = urlsplit(config.redis_url).hostname or "localhost"
    if is_loopback(urlsplit(url).hostname or "") and not is_loopback(redis_host):
        advice = "Set NODE_URL to how the other nodes reach this one, and HOST to that address or 0.0.0.0."
        return fail(NODE, "node-url-local", f"Other nodes are told {url}.", advice)
    if not server_here.answers(config):
        return ok(NODE, f"{url}, not tried: no server runs here now.")
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
            f"{url}/readyz", timeout=server_here.TIMEOUT_S
        ) as answer:
            ours = server_here.is_ours(answer.read(server_here.READY_BYTES))
    except (URLError, OSError) as problem:
        advice = "Set NODE_URL to an address on which this server listens (HOST), and let the other nodes through to it."
        return fail(NODE, "node-url-away", f"{url} does not answer: {problem}.", advice)
    if not ours:
        advice = "Set NODE_URL to this server's own address: a proxy's leads to any node."
        return fail(NODE, "node-url-away", f"{url} is answered by something else.", advice)
    return ok(NODE, f"{url} answers.")
