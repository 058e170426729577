"""The records of a cluster, in Redis. Those of a kind are in one slot: a hash of the values, a sorted set of the keys."""

from __future__ import annotations

from typing import Any, Final

from classroom.journal.redis_client import answering, connect
from classroom.journal.redis_scripts import PREFIX
from classroom.records.base import PAGE

ADD: Final = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then return known end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
return false
"""
PUT: Final = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], 0, ARGV[1])
return 1
"""
REMOVE: Final = """
redis.call('ZREM', KEYS[2], ARGV[1])
return redis.call('HDEL', KEYS[1], ARGV[1])
"""
READ: Final = """
local keys = redis.call('ZRANGE', KEYS[2], ARGV[1], ARGV[2], 'BYLEX', 'LIMIT', 0, ARGV[3])
if #keys == 0 then return {{}, {}} end
return {keys, redis.call('HMGET', KEYS[1], unpack(keys))}
"""
"""KEYS of all: values, keys. ARGV: key, value; key; lowest, highest, how many."""


class RedisRecords:
    """See `classroom.records.base.Records`."""

    def __init__(self, url: str) -> None:
        self._redis = connect(url)

    async def add(self, kind: str, key: str, value: bytes) -> bytes | None:
        known: bytes | None = await self._run(ADD, kind, key, value)
        return known

    async def put(self, kind: str, key: str, value: bytes) -> None:
        await self._run(PUT, kind, key, value)

    async def get(self, kind: str, key: str) -> bytes | None:
        async with answering():
            value: bytes | None = await self._redis.hget(_keys(kind)[0], key)
        return value

    async def remove(self, kind: str, key: str) -> bool:
        return bool(await self._run(REMOVE, kind, key))

    async def page(
        self, kind: str, prefix: str = "", after: str = "", limit: int = PAGE
    ) -> list[tuple[str, bytes]]:
        lowest = (
            b"(" + after.encode() if after.encode() >= prefix.encode() and after else b"[" + prefix.encode()
        )
        highest = b"(" + prefix.encode() + b"\xff" if prefix else b"+"
        keys, values = await self._run(READ, kind, lowest, highest, limit)
        return [(key.decode(), value) for key, value in zip(keys, values, strict=True)]

    async def close(self) -> None:
        await self._redis.aclose()

    async def _run(self, script: str, kind: str, *arguments: Any) -> Any:
        async with answering():
            return await self._redis.eval(script, 2, *_keys(kind), *arguments)


def _keys(kind: str) -> tuple[str, str]:
    tag = f"{PREFIX}:{{records-{kind}}}"
    return f"{tag}:values", f"{tag}:keys"
