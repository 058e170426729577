"""The journal of a cluster: Redis Streams, one for each room.

Every write is one script, which checks the owner's token and the expected `seq` in the same step (`redis_scripts`), and is
repeated, under the same name, until Redis answers (`redis_writer`). So an append is never in doubt; while Redis is away its
future is simply not done, and rooms decide nothing new (`classroom.host.STALL_S`).

Durability is Redis's own: `appendonly yes` and `appendfsync always` for what SQLite promises here; with `everysec` a
loss of power may take the last second. `replicas`: an append counts as durable when so many replicas have it, too
(WAIT); without them a failover may lose what was acknowledged last.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from typing import Any, Final

from classroom.journal import codec, redis_scripts
from classroom.journal.base import History, JournalConflict, RoomListing, RoomNotFound, renamed
from classroom.journal.checkpoint import Checkpoint
from classroom.journal.redis_client import answering, connect, problem_of
from classroom.journal.redis_scripts import INDEX, room_key
from classroom.journal.redis_writer import RedisWriter
from rooms.events import Recorded, RoomCreated

PAGE: Final = 500
"""Events read or removed in one round trip."""
LISTED: Final = 100
"""Rooms listed in one round trip."""


class RedisJournal:
    """See `classroom.journal.base.Journal`. `queue_limit`: how many appends may wait."""

    def __init__(self, url: str, *, queue_limit: int = 10_000, replicas: int = 0) -> None:
        self._redis = connect(url)
        self._writer = RedisWriter(url, queue_limit=queue_limit, replicas=replicas)

    async def create(self, created: Recorded) -> None:
        event = created.event
        if not isinstance(event, RoomCreated) or created.seq != 1:
            raise JournalConflict("a history starts with RoomCreated at seq 1")
        keys = [room_key(event.room_id, what) for what in ("room", "events", "checkpoint")]
        async with answering():
            # The index first: a room that is in it and nowhere else is not listed, one that is missing could not be found.
            await self._redis.zadd(INDEX, {event.room_id: created.at_ms}, nx=True)
        await self._checked(
            event.room_id,
            redis_scripts.CREATE,
            keys,
            (event.name, created.at_ms, codec.encode_event(created)),
        )

    async def restore(self, checkpoint: Checkpoint, token: int, now_ms: int) -> None:
        """Opens a history with a checkpoint in place of its events: for a live room that Redis has lost (FLUSHALL, a restart
        without its file). Raises RoomExists, JournalUnavailable."""
        state = checkpoint.state
        data = await asyncio.to_thread(codec.encode_checkpoint, checkpoint)
        keys = [room_key(state.room_id, what) for what in ("room", "events", "checkpoint")]
        async with answering():
            await self._redis.zadd(INDEX, {state.room_id: now_ms}, nx=True)
        arguments = (state.name, now_ms, state.seq, token, data)
        await self._checked(state.room_id, redis_scripts.RESTORE, keys, arguments)

    async def fence(self, room_id: str, token: int) -> None:
        await self._checked(room_id, redis_scripts.FENCE, [room_key(room_id, "room")], (token,))

    def append(self, room_id: str, events: Sequence[Recorded], token: int = 0) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        seqs = [event.seq for event in events]
        if seqs != list(range(seqs[0], seqs[0] + len(seqs))):
            done.set_exception(JournalConflict(f"{room_id}: {seqs} do not follow each other"))
            return done
        rows = [
            part
            for event in events
            for part in (event.at_ms, codec.encode_event(event), codec.encode_cause(event))
        ]
        keys = (room_key(room_id, "room"), room_key(room_id, "events"))
        arguments = (token, secrets.token_hex(8), seqs[0], renamed(events) or "", *rows)
        return self._writer.submit(room_id, redis_scripts.APPEND, keys, arguments)

    async def keep(self, room_id: str, checkpoint: Checkpoint, token: int = 0) -> None:
        data = await asyncio.to_thread(codec.encode_checkpoint, checkpoint)
        keys = [room_key(room_id, "room"), room_key(room_id, "checkpoint")]
        await self._checked(room_id, redis_scripts.KEEP, keys, (token, checkpoint.seq, data))

    async def load(self, room_id: str) -> History:
        async with answering():
            transaction = self._redis.pipeline(transaction=True)
            transaction.hget(room_key(room_id, "room"), "checkpoint_seq")
            transaction.get(room_key(room_id, "checkpoint"))
            seq, data = await transaction.execute()
        if seq is None:
            raise RoomNotFound(room_id)
        checkpoint = await asyncio.to_thread(codec.decode_checkpoint, data) if data is not None else None
        return History(checkpoint, await self._events(room_id, int(seq) if checkpoint is not None else 0))

    async def events(self, room_id: str) -> list[Recorded]:
        async with answering():
            known = await self._redis.exists(room_key(room_id, "room"))
        if not known:
            raise RoomNotFound(room_id)
        return await self._events(room_id, 0)

    async def since(self, room_id: str, seq: int) -> list[Recorded]:
        """The events after `seq`, oldest first. Raises JournalUnavailable."""
        return await self._events(room_id, seq)

    async def listing(self, room_id: str) -> RoomListing:
        async with answering():
            found = await self._listings([room_id])
        if not found:
            raise RoomNotFound(room_id)
        return found[0]

    async def rooms(self) -> list[RoomListing]:
        listings: list[RoomListing] = []
        async with answering():
            ids = [room_id.decode() for room_id in await self._redis.zrange(INDEX, 0, -1)]
            for start in range(0, len(ids), LISTED):
                listings += await self._listings(ids[start : start + LISTED])
        return listings

    async def _listings(self, ids: Sequence[str]) -> list[RoomListing]:
        """Those of these rooms that there are, in one round trip."""
        pipeline = self._redis.pipeline(transaction=False)
        for room_id in ids:
            pipeline.hgetall(room_key(room_id, "room"))
            pipeline.xrange(room_key(room_id, "events"), count=1)
        answers = await pipeline.execute()
        return [
            RoomListing(
                room_id,
                room[b"name"].decode(),
                int(room[b"created_at_ms"]),
                int(room[b"seq"]),
                int(room[b"at_ms"]),
                int(oldest[0][1][b"at"]) if oldest else None,
            )
            for room_id, room, oldest in zip(ids, answers[::2], answers[1::2], strict=True)
            if room
        ]

    async def forget(self, room_id: str, before_ms: int) -> int:
        gone = 0
        events = room_key(room_id, "events")
        async with answering():
            covered = await self._redis.hget(room_key(room_id, "room"), "checkpoint_seq")
            start = "-"
            while covered:
                page = await self._redis.xrange(events, start, f"{int(covered)}-0", count=PAGE)
                if not page:
                    break
                old = [entry for entry, fields in page if int(fields[b"at"]) < before_ms]
                if old:
                    gone += await self._redis.xdel(events, *old)
                start = f"({page[-1][0].decode()}"
        return gone

    async def erase(self, room_id: str) -> None:
        async with answering():
            await self._redis.delete(*(room_key(room_id, what) for what in ("room", "events", "checkpoint")))
            await self._redis.zrem(INDEX, room_id)

    async def close(self) -> None:
        await self._writer.close()
        await self._redis.aclose()

    # --- inside ---------------------------------------------------------------------------------------------

    async def _events(self, room_id: str, after: int) -> list[Recorded]:
        found: list[Recorded] = []
        start = f"{after + 1}-0"
        while True:
            async with answering():
                page = await self._redis.xrange(room_key(room_id, "events"), start, count=PAGE)
            for entry, fields in page:
                seq = int(entry.partition(b"-")[0])
                found.append(
                    codec.decode(seq, int(fields[b"at"]), fields[b"body"], fields.get(b"cause") or None)
                )
            if len(page) < PAGE:
                return found
            start = f"({page[-1][0].decode()}"

    async def _checked(
        self, room_id: str, script: str, keys: Sequence[str], arguments: Sequence[Any]
    ) -> None:
        async with answering():
            answer = await self._redis.eval(script, len(keys), *keys, *arguments)
        problem = problem_of(room_id, answer)
        if problem is not None:
            raise problem
