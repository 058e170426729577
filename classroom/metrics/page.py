"""The answer to a scrape, prepared once a second at most, however many ask.

It is read in steps on the loop and written in a thread, so that sound waits for neither. Whoever asks meanwhile waits for
the same answer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.exposition import generate_latest as write_text
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as CONTENT_TYPE_OPEN
from prometheus_client.openmetrics.exposition import generate_latest as write_open
from prometheus_client.registry import Collector

from classroom.metrics import media, node, refusals, rooms, sessions
from classroom.metrics.disk import DiskWatch
from classroom.metrics.families import counter
from classroom.metrics.snapshot import Snapshot, take

if TYPE_CHECKING:
    from classroom.runtime import Runtime

Form = Literal["text", "openmetrics"]
CONTENT_TYPES: Final[dict[Form, str]] = {"text": CONTENT_TYPE_PLAIN_0_0_4, "openmetrics": CONTENT_TYPE_OPEN}
WRITERS: Final[dict[Form, Callable[[Collector], bytes]]] = {"text": write_text, "openmetrics": write_open}
FRESH_S: Final = 1.0
DISK_S: Final = 0.2


class _Read:
    """What was read last, for the registry."""

    def __init__(self) -> None:
        self.metrics: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        return self.metrics


class MetricsPage:
    """One per process, with a registry of its own."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._disk = DiskWatch(runtime.config)
        self._read = _Read()
        self._registry = CollectorRegistry()
        self._registry.register(self._read)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._read_at = float("-inf")
        self._written: dict[Form, bytes] = {}
        self._preparing: dict[Form, asyncio.Task[bytes]] = {}
        self._one_at_a_time = asyncio.Lock()
        self._prepared = 0
        self._took_s = 0.0

    async def get(self, form: Form) -> bytes:
        """The answer in this form. The work goes on when whoever asked goes away."""
        if self._fresh and form in self._written:
            return self._written[form]
        task = self._preparing.get(form)
        if task is None:
            task = self._preparing[form] = asyncio.create_task(self._prepare(form))
            task.add_done_callback(partial(self._done, form))
        return await asyncio.shield(task)

    @property
    def _fresh(self) -> bool:
        return time.monotonic() - self._read_at < FRESH_S

    def _done(self, form: Form, task: asyncio.Task[bytes]) -> None:
        del self._preparing[form]
        task.exception()  # told to those who still wait

    async def _prepare(self, form: Form) -> bytes:
        async with self._one_at_a_time:
            began = time.monotonic()
            if not self._fresh:
                self._read.metrics = await self._collect()
                self._read_at = began
                self._written.clear()
            written = self._written[form] = await asyncio.to_thread(WRITERS[form], self._registry)
            self._prepared += 1
            self._took_s += time.monotonic() - began
            return written

    async def _collect(self) -> list[Metric]:
        snapshot = Snapshot(self._runtime)
        for _ in take(self._runtime, snapshot):
            await asyncio.sleep(0)
        disk = await self._disk.ask(DISK_S)
        metrics: list[Metric] = []
        for part in (rooms.collect, sessions.collect, refusals.collect, media.collect):
            for metric in part(snapshot):
                metrics.append(metric)
            await asyncio.sleep(0)
        metrics += node.collect(snapshot, disk)
        metrics.append(counter("metrics_answers", "Times that these figures were prepared.", self._prepared))
        metrics.append(counter("metrics_prepare_seconds", "How long that took.", self._took_s))
        return metrics
