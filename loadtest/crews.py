"""Makes the crew of a run: this process, children of it, or workers that come by themselves."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress

from loadtest.coordinator import Coordinator
from loadtest.crew import Crew, OwnProcess
from loadtest.run import RunFailed, View
from loadtest.wire import SECRET_VARIABLE

MakeCrew = Callable[[View], AbstractAsyncContextManager[Crew]]
_GOING_S = 20.0
"""How long a child may take to end."""


def own_crew(processes: int, remote: str | None) -> MakeCrew:
    """This process, or so many of its children. `remote`: another machine that may be loaded."""

    @asynccontextmanager
    async def made(view: View) -> AsyncIterator[Crew]:
        if processes == 1:
            yield OwnProcess()
            return
        secret = secrets.token_hex(24)
        coordinator = Coordinator(secret.encode(), processes, lambda _: None)
        host, port = await coordinator.start("127.0.0.1", 0)
        arguments = ["-m", "loadtest", "work", "--coordinator", f"{host}:{port}"]
        arguments += ["--allow", remote] if remote else []
        children = [
            await asyncio.create_subprocess_exec(
                *(sys.executable, *arguments, "--name", f"process {number}"),
                env=os.environ | {SECRET_VARIABLE: secret},
                stderr=asyncio.subprocess.DEVNULL,
            )
            for number in range(1, processes + 1)
        ]
        try:
            yield coordinator
        finally:
            await coordinator.end()
            await asyncio.gather(*map(_ended, children))

    return made


async def _ended(child: asyncio.subprocess.Process) -> None:
    """By itself, now that its coordinator is gone; else by force."""
    try:
        await asyncio.wait_for(child.wait(), _GOING_S)
    except TimeoutError:
        with suppress(ProcessLookupError):
            child.kill()
        await child.wait()


def listening_crew(
    secret: bytes, workers: int, address: tuple[str, int], wait_s: float, *, tell_secret: bool
) -> MakeCrew:
    """Workers that are started by hand. `tell_secret`: it was made just now, and they need it."""

    @asynccontextmanager
    async def made(view: View) -> AsyncIterator[Crew]:
        coordinator = Coordinator(secret, workers, view.say, wait_s)
        try:
            host, port = await coordinator.start(*address)
        except OSError as error:
            raise RunFailed(f"{address[0]}:{address[1]}: {error}") from error
        variable = f"{SECRET_VARIABLE}={secret.decode()} " if tell_secret else ""
        view.say(
            f"waiting for {workers} workers: {variable}python -m loadtest work --coordinator {host}:{port}"
        )
        try:
            yield coordinator
        finally:
            await coordinator.end()

    return made
