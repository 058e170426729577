"""The journal of a cluster: Redis Streams, one for each room.

Every write is one script, which checks the owner's token and the expected `seq` in the same step (`redis_scripts`). What
Redis did not answer, because it was away or the connection broke, may have happened or not: it is repeated, under
the same name, until Redis says. So an append is never in doubt; while Redis is away its future is simply not
done, and rooms decide nothing new (`classroom.host.STALL_S`).

Durability is Redis's own: `appendonly yes` and `appendfsync always` for what SQLite promises here; with `everysec` a
loss of power may take the last second. `replicas`: an append counts as durable when so many replicas have it, too
(WAIT); without them a failover may lose what was acknowledged last.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import Redis
from redis.exceptions import BusyLoadingError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from classroom import logs
from classroom.journal import codec, redis_scripts
from classroom.journal.base import (
    Fenced,
    History,
    JournalConflict,
    JournalFull,
    JournalUnavailable,
    RoomExists,
    RoomListing,
    RoomNotFound,
)
from classroom.journal.checkpoint import Checkpoint
from classroom.journal.redis_scripts import INDEX, room_key
from rooms.events import Recorded, RoomCreated

log = logs.get("journal")

TIMEOUT_S: Final = 3.0
"""How long Redis may take to answer before it is asked again."""
RETRY_S: Final = 0.25
BATCH: Final = 64
"""Appends in one round trip."""
PAGE: Final = 500
"""Events read or removed in one round trip."""
WAIT_MS: Final = 1_000

AWAY: Final = (RedisConnectionError, RedisTimeoutError, BusyLoadingError, OSError)
"""Redis may have done it, or not."""


def connect(url: str, *, timeout_s: float = TIMEOUT_S, **options: Any) -> Any:
    """A client that gives up after `timeout_s`, and leaves repeating to its user. (`Redis`; its types name every answer that
    any option could lead to.)"""
    return Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=timeout_s,
        retry_on_timeout=False,
        retry=None,
        **options,
    )


@dataclass(frozen=True, slots=True)
class _Append:
    room_id: str
    arguments: tuple[str, tuple[str, ...], tuple[Any, ...]]
    """Script, keys, arguments."""
    done: asyncio.Future[None]


class RedisJournal:
    """See `classroom.journal.base.Journal`. `queue_limit`: how many appends may wait."""

    def __init__(self, url: str, *, queue_limit: int = 10_000, replicas: int = 0) -> None:
        self._redis = connect(url)
        self._writing = connect(url, single_connection_client=True)
        self._replicas = replicas
        self._waiting: asyncio.Queue[_Append] = asyncio.Queue(queue_limit)
        self._unsettled = 0
        self._writer = asyncio.create_task(self._write_all())

    async def create(self, created: Recorded) -> None:
        event = created.event
        if not isinstance(event, RoomCreated) or created.seq != 1:
            raise JournalConflict("a history starts with RoomCreated at seq 1")
        keys = [room_key(event.room_id, what) for what in ("room", "events", "checkpoint")]
        async with _answering():
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
        async with _answering():
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
        arguments = (token, secrets.token_hex(8), seqs[0], *rows)
        try:
            self._waiting.put_nowait(_Append(room_id, (redis_scripts.APPEND, keys, arguments), done))
        except asyncio.QueueFull:
            raise JournalFull(f"{self._waiting.maxsize} appends wait for Redis") from None
        return done

    async def keep(self, room_id: str, checkpoint: Checkpoint, token: int = 0) -> None:
        data = await asyncio.to_thread(codec.encode_checkpoint, checkpoint)
        keys = [room_key(room_id, "room"), room_key(room_id, "checkpoint")]
        await self._checked(room_id, redis_scripts.KEEP, keys, (token, checkpoint.seq, data))

    async def load(self, room_id: str) -> History:
        async with _answering():
            transaction = self._redis.pipeline(transaction=True)
            transaction.hget(room_key(room_id, "room"), "checkpoint_seq")
            transaction.get(room_key(room_id, "checkpoint"))
            seq, data = await transaction.execute()
        if seq is None:
            raise RoomNotFound(room_id)
        checkpoint = await asyncio.to_thread(codec.decode_checkpoint, data) if data is not None else None
        return History(checkpoint, await self._events(room_id, int(seq) if checkpoint is not None else 0))

    async def events(self, room_id: str) -> list[Recorded]:
        async with _answering():
            known = await self._redis.exists(room_key(room_id, "room"))
        if not known:
            raise RoomNotFound(room_id)
        return await self._events(room_id, 0)

    async def rooms(self) -> list[RoomListing]:
        listings = []
        async with _answering():
            ids = [room_id.decode() for room_id in await self._redis.zrange(INDEX, 0, -1)]
            for room_id in ids:
                room = await self._redis.hgetall(room_key(room_id, "room"))
                oldest = await self._redis.xrange(room_key(room_id, "events"), count=1)
                if room:
                    listings.append(
                        RoomListing(
                            room_id,
                            room[b"name"].decode(),
                            int(room[b"created_at_ms"]),
                            int(room[b"seq"]),
                            int(room[b"at_ms"]),
                            int(oldest[0][1][b"at"]) if oldest else None,
                        )
                    )
        return listings

    async def forget(self, room_id: str, before_ms: int) -> int:
        gone = 0
        events = room_key(room_id, "events")
        async with _answering():
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
        async with _answering():
            await self._redis.delete(*(room_key(room_id, what) for what in ("room", "events", "checkpoint")))
            await self._redis.zrem(INDEX, room_id)

    async def close(self) -> None:
        settled = asyncio.create_task(self._waiting.join())
        await asyncio.wait([settled], timeout=TIMEOUT_S)
        settled.cancel()
        self._writer.cancel()
        await asyncio.gather(self._writer, return_exceptions=True)
        await self._redis.aclose()
        await self._writing.aclose()

    # --- inside ---------------------------------------------------------------------------------------------

    async def _events(self, room_id: str, after: int) -> list[Recorded]:
        found: list[Recorded] = []
        start = f"{after + 1}-0"
        while True:
            async with _answering():
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
        async with _answering():
            answer = await self._redis.eval(script, len(keys), *keys, *arguments)
        problem = _problem(room_id, answer)
        if problem is not None:
            raise problem

    async def _write_all(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            try:
                answers = await self._written(batch)
            finally:
                for _ in batch:
                    self._waiting.task_done()
            for entry, answer in zip(batch, answers, strict=True):
                if not entry.done.done():
                    problem = _problem(entry.room_id, answer)
                    if problem is None:
                        entry.done.set_result(None)
                    else:
                        entry.done.set_exception(problem)

    async def _written(self, batch: Sequence[_Append]) -> list[Any]:
        """Redis's answers; asks until there are some."""
        told = False
        while True:
            try:
                pipeline = self._writing.pipeline(transaction=False)
                for entry in batch:
                    script, keys, arguments = entry.arguments
                    pipeline.eval(script, len(keys), *keys, *arguments)
                answers = await pipeline.execute(raise_on_error=False)
                away = next((answer for answer in answers if isinstance(answer, AWAY)), None)
                if away is not None:
                    raise away
                while self._replicas and await self._writing.wait(self._replicas, WAIT_MS) < self._replicas:
                    log.warning("replicas lag behind", wanted=self._replicas)
                return list(answers)
            except AWAY as problem:
                if not told:
                    log.warning("redis does not answer", problem=str(problem))
                told = True
                await self._writing.connection_pool.disconnect()
                self._writing.connection = None
                await asyncio.sleep(RETRY_S)


def _problem(room_id: str, answer: Any) -> Exception | None:
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
    return RuntimeError(f"unknown answer {answer!r}")


@asynccontextmanager
async def _answering() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError) as problem:
        raise JournalUnavailable(str(problem)) from problem
