"""What is written to Redis, in order, until Redis has it.

Every write is one script that may be repeated: what Redis did not answer, because it was away or the connection broke, may
have happened or not, so it is sent again until there is an answer. With `replicas`, an answer counts when so many
replicas have the write, too. WAIT counts what was written by its own connection, so it goes with the scripts in one
pipeline, and a script that finds its work done touches its key again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from redis.asyncio import RedisCluster

from classroom import logs
from classroom.journal.base import JournalFull
from classroom.journal.redis_client import (
    AWAY,
    REDIRECTED,
    TIMEOUT_S,
    connect,
    forget_connections,
    problem_of,
)

log = logs.get("journal")

RETRY_S: Final = 0.25
BATCH: Final = 64
"""Writes in one round trip."""
WAIT_MS: Final = 1_000


class ReplicasLag(Exception):
    """Fewer replicas than wanted have what was written."""


@dataclass(frozen=True, slots=True)
class _Write:
    room_id: str
    script: str
    keys: Sequence[str]
    arguments: Sequence[Any]
    done: asyncio.Future[None]


class RedisWriter:
    """Used from one event loop. `queue_limit`: how many writes may wait."""

    def __init__(self, url: str, *, queue_limit: int, replicas: int = 0) -> None:
        self._redis = connect(url, alone=True)
        self._replicas = replicas
        self._waiting: asyncio.Queue[_Write] = asyncio.Queue(queue_limit)
        self._task = asyncio.create_task(self._write_all())

    def submit(
        self, room_id: str, script: str, keys: Sequence[str], arguments: Sequence[Any]
    ) -> asyncio.Future[None]:
        """Takes a write now; all are done in the order of the calls. The future fails as `problem_of` says. Raises
        JournalFull at once."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            self._waiting.put_nowait(_Write(room_id, script, keys, arguments, done))
        except asyncio.QueueFull:
            raise JournalFull(f"{self._waiting.maxsize} writes wait for Redis") from None
        return done

    async def close(self) -> None:
        """Gives what was taken a moment to be done."""
        settled = asyncio.create_task(self._waiting.join())
        await asyncio.wait([settled], timeout=TIMEOUT_S)
        settled.cancel()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        await self._redis.aclose()

    async def _write_all(self) -> None:
        while True:
            batch = [await self._waiting.get()]
            while len(batch) < BATCH and not self._waiting.empty():
                batch.append(self._waiting.get_nowait())
            answers: Sequence[Any]
            try:
                answers = await self._answers(batch)
            except Exception as bug:
                # These rooms are read from Redis again; the writer goes on, for all the others.
                log.error("redis writer failed", exc_info=bug)
                answers = [bug] * len(batch)
            finally:
                for _ in batch:
                    self._waiting.task_done()
            for write, answer in zip(batch, answers, strict=True):
                if not write.done.done():
                    problem = problem_of(write.room_id, answer)
                    if problem is None:
                        write.done.set_result(None)
                    else:
                        write.done.set_exception(problem)

    async def _answers(self, batch: Sequence[_Write]) -> list[Any]:
        """Redis's answers; asks until there are some."""
        told = False
        while True:
            try:
                return await self._ask(batch)
            except (*AWAY, *REDIRECTED, ReplicasLag) as problem:
                if not told:
                    log.warning("redis does not take writes", problem=repr(problem))
                told = True
                task = asyncio.current_task()
                if task is not None and task.cancelling():  # taken for a timeout by the Redis client
                    raise asyncio.CancelledError from problem
                await forget_connections(self._redis)
                await asyncio.sleep(RETRY_S)

    async def _ask(self, batch: Sequence[_Write]) -> list[Any]:
        clustered = isinstance(self._redis, RedisCluster)
        if clustered:
            await self._redis.initialize()
        pipeline = self._redis.pipeline(transaction=False)
        for write in batch:
            pipeline.eval(write.script, len(write.keys), *write.keys, *write.arguments)
        if self._replicas and clustered:
            masters = {self._redis.get_node_from_key(write.keys[0]) for write in batch}
            for master in masters:
                pipeline.execute_command("WAIT", self._replicas, WAIT_MS, target_nodes=master)
        elif self._replicas:
            pipeline.execute_command("WAIT", self._replicas, WAIT_MS)
        # A redirected script would be done on another connection than its WAIT: with a new map all are sent again.
        options = {"allow_redirections": False} if clustered else {}
        answers = await pipeline.execute(raise_on_error=False, **options)
        for answer in answers:
            if isinstance(answer, (*AWAY, *REDIRECTED) if clustered else AWAY):
                raise answer
        if any(count < self._replicas for count in answers[len(batch) :]):
            raise ReplicasLag(f"{self._replicas} are wanted")
        return list(answers[: len(batch)])
