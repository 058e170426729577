"""The shared notes of a cluster: Redis Streams, one for each note, beside the room's events and under the same owner's token.

An entry's id is `TOKEN-NUMBER`: the owner's fencing token, and a number that each write of this process has higher than the
one before. Redis takes only ids that are higher than all before, so a write that is repeated because its answer was lost
(`RedisWriter`) is not kept twice, and one that an owner of the past sends late is not kept at all.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from typing import Any, Final

from classroom.journal.redis_client import answering, connect
from classroom.journal.redis_scripts import room_key
from classroom.journal.redis_writer import RedisWriter
from classroom.notes.store import KeptNote

WRITE: Final = """
local token = redis.call('HGET', KEYS[1], 'token')
if not token then return 'absent' end
if token ~= ARGV[1] then return 'fenced' end
local id = ARGV[1] .. '-' .. ARGV[2]
local taken = redis.pcall('XADD', KEYS[3], id, 'u', ARGV[4])
if type(taken) == 'table' and taken.err then
  if not string.find(taken.err, 'equal or smaller') then return taken end
  redis.call('HSET', KEYS[1], 'token', token)  -- done before; written again, for WAIT
  return 'ok'
end
if ARGV[5] then
  redis.call('HSETNX', KEYS[2], 'begun:' .. ARGV[3], ARGV[5])
  redis.call('HSET', KEYS[2], 'now:' .. ARGV[3], ARGV[6])
else
  redis.call('XTRIM', KEYS[3], 'MINID', id)
end
return 'ok'
"""
"""KEYS: room, notes, the note's stream. ARGV: token, number, note, update, then `BEGUN_AT_MS NAME` (if this begins it) and
`TEXT_BYTES AT_MS`; or nothing more: the update stands for all before it."""


class RedisNotes:
    """See `classroom.notes.store.NoteStore`; a token is 1 or more. `queue_limit`: how many updates may wait for Redis."""

    def __init__(self, url: str, *, queue_limit: int = 10_000, replicas: int = 0) -> None:
        self._redis = connect(url)
        self._writer = RedisWriter(url, queue_limit=queue_limit, replicas=replicas)
        self._numbers = itertools.count(1)

    async def load(self, room_id: str, note: str) -> list[bytes]:
        async with answering():
            entries = await self._redis.xrange(_stream(room_id, note))
        return [fields[b"u"] for _, fields in entries]

    def append(
        self,
        room_id: str,
        note: str,
        name: str,
        update: bytes,
        *,
        text_bytes: int,
        now_ms: int,
        token: int = 0,
    ) -> asyncio.Future[None]:
        return self._write(room_id, note, token, (update, f"{now_ms} {name}", f"{text_bytes} {now_ms}"))

    def compact(self, room_id: str, note: str, whole: bytes, token: int = 0) -> asyncio.Future[None]:
        return self._write(room_id, note, token, (whole,))

    async def notes(self, room_id: str) -> list[KeptNote]:
        async with answering():
            kept: dict[bytes, bytes] = await self._redis.hgetall(room_key(room_id, "notes"))
        found = []
        for key, value in kept.items():
            kind, _, note = key.decode().partition(":")
            if kind == "begun" and (now := kept.get(f"now:{note}".encode())) is not None:
                begun_at, _, name = value.decode().partition(" ")
                text_bytes, _, changed_at = now.decode().partition(" ")
                found.append((int(begun_at), KeptNote(note, name, int(text_bytes), int(changed_at))))
        return [one for _, one in sorted(found, key=lambda pair: (pair[0], pair[1].note))]

    async def erase(self, room_id: str) -> None:
        async with answering():
            kept: list[bytes] = await self._redis.hkeys(room_key(room_id, "notes"))
            names = {key.decode().partition(":")[2] for key in kept}
            # The list goes last: what it names can be erased by another try.
            streams = [_stream(room_id, name) for name in names]
            if streams:
                await self._redis.delete(*streams)
            await self._redis.delete(room_key(room_id, "notes"))

    async def close(self) -> None:
        await self._writer.close()
        await self._redis.aclose()

    def _write(
        self, room_id: str, note: str, token: int, rest: Sequence[bytes | str]
    ) -> asyncio.Future[None]:
        keys = (room_key(room_id, "room"), room_key(room_id, "notes"), _stream(room_id, note))
        arguments: tuple[Any, ...] = (token, next(self._numbers), note, *rest)
        return self._writer.submit(room_id, WRITE, keys, arguments)


def _stream(room_id: str, note: str) -> str:
    return room_key(room_id, f"note:{note}")
