"""The chat's images in a cluster: one hash for each room, beside its events and under the same owner's token.

At most 64 MiB for each room (`rooms.state.Limits.chat_image_bytes`), and gone with the messages that showed them.
"""

from __future__ import annotations

from typing import Final

from classroom.journal.redis_client import answering, connect
from classroom.journal.redis_scripts import room_key
from classroom.journal.redis_writer import RedisWriter

QUEUE_LIMIT: Final = 64
"""Writes that may wait: an image is up to a mebibyte."""

WRITE: Final = """
local token = redis.call('HGET', KEYS[1], 'token')
if not token then return 'absent' end
if token ~= ARGV[1] then return 'fenced' end
redis.call('HSET', KEYS[2], ARGV[2], ARGV[3])
return 'ok'
"""
"""KEYS: room, images. ARGV: token, image, bytes."""

KEEP_ONLY: Final = """
local token = redis.call('HGET', KEYS[1], 'token')
if not token then return 'absent' end
if token ~= ARGV[1] then return 'fenced' end
local kept = {}
for i = 2, #ARGV do kept[ARGV[i]] = true end
for _, image in ipairs(redis.call('HKEYS', KEYS[2])) do
  if not kept[image] then redis.call('HDEL', KEYS[2], image) end
end
return 'ok'
"""
"""KEYS: room, images. ARGV: token, images to keep."""


class RedisImages:
    """See `classroom.images.store.ImageStore`."""

    def __init__(self, url: str, *, replicas: int = 0) -> None:
        self._redis = connect(url)
        self._writer = RedisWriter(url, queue_limit=QUEUE_LIMIT, replicas=replicas)

    async def write(self, room_id: str, image_id: str, data: bytes, token: int = 0) -> None:
        await self._writer.submit(room_id, WRITE, _keys(room_id), (token, image_id, data))

    async def read(self, room_id: str, image_id: str) -> bytes | None:
        async with answering():
            data: bytes | None = await self._redis.hget(room_key(room_id, "images"), image_id)
        return data

    async def keep_only(self, room_id: str, kept: frozenset[str], token: int = 0) -> None:
        await self._writer.submit(room_id, KEEP_ONLY, _keys(room_id), (token, *kept))

    async def erase(self, room_id: str) -> None:
        async with answering():
            await self._redis.delete(room_key(room_id, "images"))

    async def close(self) -> None:
        await self._writer.close()
        await self._redis.aclose()


def _keys(room_id: str) -> tuple[str, str]:
    return room_key(room_id, "room"), room_key(room_id, "images")
