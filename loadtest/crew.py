"""Who plays a run: this process itself, or workers (see `loadtest.coordinator`)."""

from __future__ import annotations

from typing import Protocol

from loadtest.recorder import Second
from loadtest.report import Part, WorkerReport
from loadtest.shard import Order, Shard
from loadtest.timeline import Timeline


class Crew(Protocol):
    """The calls come in this order; `close` in any case."""

    timeline: Timeline

    async def prepare(self, order: Order) -> None: ...

    async def join(self) -> int:
        """How many people are in."""
        ...

    async def measure(self) -> None: ...

    async def finish(self) -> tuple[list[Part], tuple[WorkerReport, ...]]: ...

    async def close(self) -> None: ...


class OwnProcess:
    """Everything in this process."""

    def __init__(self) -> None:
        self.timeline = Timeline()
        self._shard: Shard | None = None

    async def prepare(self, order: Order) -> None:
        def add(second: Second) -> None:
            self.timeline.add(second)

        self._shard = Shard(order, add)
        await self._shard.prepare()

    async def join(self) -> int:
        return await self._prepared.join()

    async def measure(self) -> None:
        await self._prepared.measure()

    async def finish(self) -> tuple[list[Part], tuple[WorkerReport, ...]]:
        return [await self._prepared.finish()], ()

    async def close(self) -> None:
        if self._shard is not None:
            await self._shard.close()

    @property
    def _prepared(self) -> Shard:
        assert self._shard is not None
        return self._shard
