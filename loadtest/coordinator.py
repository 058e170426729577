"""The crew of several processes: shares the rooms out, keeps everybody in step, and adds up what they bring.

A room is played by one process, so that publishers and readers share a clock. A worker that goes, or says nothing any more, is
given up: its rooms are missing from the report, which says so, and the run goes on with the others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from loadtest.report import Part, WorkerReport
from loadtest.run import RunFailed
from loadtest.shard import Order
from loadtest.timeline import Timeline
from loadtest.wire import (
    Alive,
    Command,
    Done,
    Failed,
    Finish,
    Finished,
    FromWorker,
    Join,
    Joined,
    Measure,
    Measured,
    Prepare,
    Prepared,
    Told,
    Wire,
    WireError,
    admit,
)

WORKERS_MAX = 64
STRANGERS_MAX = 16
"""Connections at a time that have not yet said who they are."""

_REPLIES: dict[type[Command], type[Done]] = {
    Prepare: Prepared,
    Join: Joined,
    Measure: Measured,
    Finish: Finished,
}


class Worker:
    """One that was let in."""

    def __init__(self, name: str, wire: Wire) -> None:
        self.name = name
        self.order: Order | None = None
        self.state = "idle"
        self._wire = wire

    @property
    def lost(self) -> bool:
        return self.state.startswith(("lost", "failed"))

    async def do(self, command: Command, phase: str, timeline: Timeline) -> Done | None:
        """The reply to a command; None: the worker is lost, and `state` says how."""
        if self.lost:
            return None
        self.state = phase
        try:
            await self._wire.send(command)
            while True:
                message: FromWorker = await self._wire.receive(FromWorker)
                if isinstance(message, Told):
                    timeline.add(message.second)
                elif isinstance(message, Failed):
                    self.state = f"failed while {phase}: {message.reason[:200]}"
                    self._wire.close()
                    return None
                elif not isinstance(message, Alive):
                    if isinstance(message, _REPLIES[type(command)]):
                        return message
                    raise WireError("a reply to something else")
        except WireError as error:
            self.state = f"lost while {phase}: {error}"
            self._wire.close()
            return None

    def close(self) -> None:
        self._wire.close()


class Coordinator:
    """A crew. `start` listening, tell workers where, then use it as any crew; it can play one run after another."""

    def __init__(
        self, secret: bytes, wanted: int, say: Callable[[str], object], patience_s: float = 600.0
    ) -> None:
        self.timeline = Timeline()
        self._secret = secret
        self._wanted = wanted
        self._say = say
        self._patience_s = patience_s
        self._workers: list[Worker] = []
        self._strangers: set[asyncio.Task[None]] = set()
        self._complete = asyncio.Event()
        self._server: asyncio.Server | None = None

    async def start(self, host: str, port: int) -> tuple[str, int]:
        """Where workers are awaited. Raises OSError."""
        self._server = await asyncio.start_server(self._knock, host, port)
        address = self._server.sockets[0].getsockname()
        return str(address[0]), int(address[1])

    async def prepare(self, order: Order) -> None:
        """Raises RunFailed if the workers do not come, or none is left."""
        self.timeline = Timeline()
        try:
            async with asyncio.timeout(self._patience_s):
                await self._complete.wait()
        except TimeoutError:
            raise RunFailed(f"{len(self._workers)} of {self._wanted} workers came") from None
        here = [worker for worker in self._workers if not worker.lost]
        for number, worker in enumerate(here):
            mine = range(number, len(order.rooms), len(here))
            worker.order = Order(
                order.scenario,
                tuple(order.rooms[index] for index in mine),
                tuple(order.links[index] for index in mine),
            )
        await self._all(lambda worker: worker.do(Prepare(_order_of(worker)), "preparing", self.timeline))

    async def join(self) -> int:
        replies = await self._all(lambda worker: worker.do(Join(), "joining", self.timeline))
        return sum(reply.people for reply in replies if isinstance(reply, Joined))

    async def measure(self) -> None:
        await self._all(lambda worker: worker.do(Measure(), "measuring", self.timeline))

    async def finish(self) -> tuple[list[Part], tuple[WorkerReport, ...]]:
        replies = await self._all(lambda worker: worker.do(Finish(), "leaving", self.timeline))
        for worker in self._workers:
            worker.state = worker.state if worker.lost else "done"
        reports = tuple(
            WorkerReport(worker.name, len(worker.order.rooms), worker.order.people, worker.state)
            for worker in self._workers
            if worker.order is not None
        )
        return [reply.part for reply in replies if isinstance(reply, Finished)], reports

    async def close(self) -> None:
        """After a run: the workers that are left wait for another."""

    async def end(self) -> None:
        """Sends everybody home."""
        if self._server is not None:
            self._server.close()
        for task in self._strangers:
            task.cancel()
        for worker in self._workers:
            worker.close()

    async def _all(self, ask: Callable[[Worker], Awaitable[Done | None]]) -> list[Done | None]:
        asked = [worker for worker in self._workers if worker.order is not None and not worker.lost]
        replies = await asyncio.gather(*map(ask, asked))
        for worker in asked:
            if worker.lost:
                self._say(f"worker {worker.name}: {worker.state}")
        if all(worker.lost for worker in self._workers):
            raise RunFailed(
                "no worker is left; " + "; ".join(f"{each.name}: {each.state}" for each in self._workers)
            )
        return replies

    async def _knock(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        wire = Wire(reader, writer)
        task = asyncio.current_task()
        if self._complete.is_set() or len(self._strangers) >= STRANGERS_MAX or task is None:
            wire.close()
            return
        self._strangers.add(task)
        try:
            name = await admit(wire, self._secret)
        except WireError as error:
            peer = writer.get_extra_info("peername")
            self._say(f"somebody at {peer[0] if peer else '?'} was not let in: {error}")
            wire.close()
            return
        finally:
            self._strangers.discard(task)
        if self._complete.is_set():
            wire.close()
            return
        self._workers.append(Worker(name, wire))
        self._say(f"worker {name} is here ({len(self._workers)} of {self._wanted})")
        if len(self._workers) >= self._wanted:
            self._complete.set()


def _order_of(worker: Worker) -> Order:
    assert worker.order is not None
    return worker.order
