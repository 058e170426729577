"""How this process speaks to Redis: one server, or a Redis Cluster where REDIS_URL says so (`redis+cluster://`)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from redis.asyncio import Redis, RedisCluster
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import (
    AskError,
    BusyLoadingError,
    ClusterDownError,
    MovedError,
    RedisClusterException,
    RedisError,
    TryAgainError,
)
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from classroom.journal.base import Fenced, JournalConflict, JournalUnavailable, RoomExists, RoomNotFound

TIMEOUT_S: Final = 3.0
"""How long Redis may take to answer before it is asked again."""
CLUSTER: Final = "+cluster://"

AWAY: Final = (
    RedisConnectionError,
    RedisTimeoutError,
    BusyLoadingError,
    ClusterDownError,
    RedisClusterException,
    OSError,
)
"""Redis may have done it, or not."""
REDIRECTED: Final = (MovedError, AskError, TryAgainError)
"""Another master of the cluster has the key, or is about to."""


def connect(url: str, *, timeout_s: float = TIMEOUT_S, alone: bool = False) -> Any:
    """A client that gives up after `timeout_s`, and leaves repeating to its user. `alone`: one connection, for whoever sends
    one thing after the other. (Its types name every answer that any option could lead to.)"""
    if CLUSTER in url:
        # Used by one caller at a time, it has one connection to each master by itself.
        return RedisCluster.from_url(
            url.replace(CLUSTER, "://", 1),
            socket_timeout=timeout_s,
            socket_connect_timeout=timeout_s,
            # Once more, with the cluster's map read anew: a master may have been replaced.
            retry=Retry(NoBackoff(), 0 if alone else 1),
        )
    return Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry_on_timeout=False,
        retry=None,
        single_connection_client=alone,
    )


async def forget_connections(redis: Any) -> None:
    """After an error: nothing of it may be read as the answer to the next question; a cluster's map is read anew."""
    if isinstance(redis, RedisCluster):
        await redis.aclose()
    else:
        await redis.connection_pool.disconnect()
        redis.connection = None


def problem_of(room_id: str, answer: Any) -> Exception | None:
    """What the answer of a script (`redis_scripts`) says."""
    match answer:
        case b"ok":
            return None
        case b"exists":
            return RoomExists(room_id)
        case b"absent":
            return RoomNotFound(room_id)
        case b"fenced":
            return Fenced(room_id)
        case b"conflict":
            return JournalConflict(room_id)
        case RedisError():  # out of memory, cannot write its file, read-only: said before anything was done
            return JournalUnavailable(str(answer))
        case Exception():
            return answer
    return RuntimeError(f"unknown answer {answer!r}")


@asynccontextmanager
async def answering() -> AsyncIterator[None]:
    """What is asked in here raises JournalUnavailable where Redis does not answer."""
    try:
        yield
    except (RedisError, RedisClusterException, OSError) as problem:
        raise JournalUnavailable(str(problem)) from problem
