"""The desk of shared notes, when the store does not take something."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from classroom.journal.base import JournalUnavailable
from tests.integration.test_notes import Pad
from tests.support.client import Client, Refusal
from tests.support.inloop import serving


async def test_whoever_only_reads_goes_on_reading_after_a_write_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with serving() as server:
        room = await server.create_room()
        ana, ben = [
            await Client.join(server.ws_url, server.invite(room, name=name)) for name in ("Ana", "Ben")
        ]
        writer, reader = await Pad(ana).open(), await Pad(ben).open()
        await writer.write("one ")
        store: Any = server.runtime.notes._store

        def fails(*_: object, **__: object) -> asyncio.Future[None]:
            failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            failed.set_exception(JournalUnavailable("disk full"))
            return failed

        with monkeypatch.context() as full:
            full.setattr(store, "append", fails)
            with pytest.raises(Refusal) as refused:
                await writer.write("two ")
        assert refused.value.code == "storage_unavailable"
        await writer.open()  # brings what the disk lacks
        await writer.write("three")
        async with asyncio.timeout(30):
            while reader.take_in() != "one two three":  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await asyncio.gather(ana.close(), ben.close())
