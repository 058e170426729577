"""The whole server inside a test's own loop: for tests that set narrow limits or break something on purpose."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace

import uvicorn

from classroom import invitations, ports
from classroom.app import create_app
from classroom.config import Config
from classroom.journal.base import Journal
from classroom.journal.memory import MemoryJournal
from classroom.runtime import Runtime
from classroom.server import web_config
from classroom.stores import open_journal, open_notes, open_records
from classroom.tracing import Tracer
from rooms.model import Role
from signaling.tokens import KeyRing


@dataclass
class InLoopServer:
    runtime: Runtime
    ws_url: str

    async def create_room(self, capacity: int = 16) -> str:
        room_id = invitations.new_room_id()
        await invitations.create_room(self.runtime.journal, room_id, "Web workshop", capacity)
        return room_id

    def invite(self, room: str, role: Role = "participant", name: str = "Ana") -> str:
        invitation = invitations.personal(room, "Web workshop", role, name, now_s=int(time.time()))
        return invitations.link(self.runtime.config.public_url, invitation, self.runtime.keys)


@asynccontextmanager
async def serving(
    config: Config | None = None,
    journal: Journal | None = None,
    *,
    keys: KeyRing | None = None,
    tracer: Tracer | None = None,
    stored: bool = False,
) -> AsyncIterator[InLoopServer]:
    """Serves on ephemeral loopback ports until the block ends. `stored`: all is kept in `config.data_dir`, as in life."""
    sockets = ports.listen("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    config = replace(
        config or Config(), host="127.0.0.1", port=port, media_port=0, media_addresses=("127.0.0.1",)
    )
    keys = keys or KeyRing({"k": secrets.token_bytes(32)}, "k")
    if stored:
        stores = open_journal(config), open_notes(config), open_records(config)
        runtime = Runtime(config, keys, *stores, tracer=tracer)
    else:
        runtime = Runtime(config, keys, journal or MemoryJournal(), tracer=tracer)
    await runtime.start()
    server = uvicorn.Server(web_config(create_app(runtime), config, runtime.counts))
    running = asyncio.create_task(server._serve(sockets))  # without taking over the test's signals
    while not server.started:  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    try:
        yield InLoopServer(runtime, f"ws://127.0.0.1:{port}/ws")
    finally:
        await runtime.drain()
        server.should_exit = True
        await running
        await runtime.stop()
