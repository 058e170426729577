"""A process that plays some rooms of somebody else's run."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Coroutine
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from loadtest.recorder import Second
from loadtest.scenario import TOTAL_MAX
from loadtest.session import is_loopback
from loadtest.shard import Order, Shard
from loadtest.wire import (
    ALIVE_EVERY_S,
    Alive,
    Command,
    Done,
    Failed,
    Finish,
    Finished,
    Join,
    Joined,
    Measure,
    Measured,
    Prepare,
    Prepared,
    Told,
    Wire,
    WireError,
    introduce,
)

CONNECT_TRIES, CONNECT_PAUSE_S = 30, 1.0
PATIENCE_S = 3600.0
"""How long a worker waits for its next command."""


async def work(host: str, port: int, secret: bytes, name: str, allowed: Collection[str]) -> int:
    """Until the coordinator sends everybody home. `allowed`: hosts besides this machine that may be loaded. How many runs
    were played. Raises WireError, also if it ends in the middle of one."""
    reader, writer = await _connect(host, port)
    wire = Wire(reader, writer)
    runs = 0
    shard: Shard | None = None
    alive: asyncio.Task[None] | None = None
    try:
        await introduce(wire, secret, name)
        alive = asyncio.create_task(_stay_alive(wire))
        while True:
            try:
                command: Command = await wire.receive(Command, timeout_s=PATIENCE_S)
            except WireError:
                if shard is None:
                    return runs
                raise
            reply: Done = Failed("there is no order to be played")
            if isinstance(command, Prepare):
                await _closed(shard)
                shard = None
                try:
                    shard = _made(command.order, wire, allowed)
                except WireError as error:
                    reply = Failed(str(error))
            if shard is not None:
                reply = await _unless_left_alone(_obey(shard, command), alive)
            await wire.send(reply)
            if isinstance(reply, Finished):
                await _closed(shard)
                shard = None
                runs += 1
    finally:
        if alive is not None:
            alive.cancel()
        await _closed(shard)
        wire.close()


async def _connect(host: str, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Workers may be started before their coordinator."""
    for left in reversed(range(CONNECT_TRIES)):
        try:
            return await asyncio.open_connection(host, port)
        except OSError as error:
            if not left:
                raise WireError(f"no coordinator at {host}:{port}: {error}") from error
        await asyncio.sleep(CONNECT_PAUSE_S)
    raise AssertionError("the last try returns or raises")


def _made(order: Order, wire: Wire, allowed: Collection[str]) -> Shard:
    check_order(order, allowed)
    pending: set[asyncio.Task[None]] = set()

    async def tell(second: Second) -> None:
        with suppress(WireError):  # its end is noticed where commands are read
            await wire.send(Told(second))

    def on_second(second: Second) -> None:
        task = asyncio.create_task(tell(second))
        pending.add(task)
        task.add_done_callback(pending.discard)

    return Shard(order, on_second)


def check_order(order: Order, allowed: Collection[str]) -> None:
    """A worker loads its own machine, and what its owner has named; not whatever it is told. Raises WireError."""
    if len(order.rooms) != len(order.links) or order.people > TOTAL_MAX:
        raise WireError("an order that cannot be played")
    for links in order.links:
        for link in (links.trainer, links.participant):
            host = urlsplit(link or "http://localhost").hostname or ""
            if not is_loopback(host) and host not in allowed:
                raise WireError(f"{host} may not be loaded from here; its owner would say: --allow {host}")


async def _unless_left_alone(work: Coroutine[Any, Any, Done], alive: asyncio.Task[None]) -> Done:
    """The work's outcome. Raises WireError if the coordinator goes meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait((task, alive), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise WireError("the coordinator is gone")
        return task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _obey(shard: Shard, command: Command) -> Done:
    """Whatever goes wrong is told, so that nobody waits for it."""
    try:
        match command:
            case Prepare():
                await shard.prepare()
                return Prepared()
            case Join():
                return Joined(await shard.join())
            case Measure():
                await shard.measure()
                return Measured()
            case Finish():
                return Finished(await shard.finish())
    except Exception as error:
        return Failed(f"{type(error).__name__}: {error}")


async def _closed(shard: Shard | None) -> None:
    if shard is not None:
        await shard.close()


async def _stay_alive(wire: Wire) -> None:
    while True:
        await asyncio.sleep(ALIVE_EVERY_S)
        try:
            await wire.send(Alive())
        except WireError:
            return
