"""The way from a client to a server, which can be cut so that neither end is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from urllib.parse import urlsplit

CHUNK = 65_536


class Link:
    """A TCP proxy on loopback; servers see the client's address. `ports`: where to, tried in order for each connection."""

    def __init__(self, ports: Callable[[], Iterator[int]]) -> None:
        self._ports = ports
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._carrying: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> Link:
        self._server = await asyncio.start_server(self._accepted, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    def to(self, url: str) -> str:
        """The same URL, through here."""
        return urlsplit(url)._replace(netloc=f"127.0.0.1:{self.port}").geturl()

    def freeze(self) -> None:
        """Nothing passes any more; nobody is told."""
        self._open.clear()

    def thaw(self, *, keep: bool = True) -> None:
        """Everything passes again. `keep` False: what was open is gone, without a word, as after a change of network."""
        if not keep:
            self.cut()
        self._open.set()

    def cut(self) -> None:
        """Resets all connections."""
        for writer in self._writers:
            writer.transport.abort()

    async def close(self) -> None:
        self._open.set()
        self.cut()
        if self._server is not None:
            self._server.close()
        for task in self._carrying:
            task.cancel()
        await asyncio.gather(*self._carrying, return_exceptions=True)

    def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(self._carry(reader, writer))
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._open.wait()
        own = (writer.get_extra_info("peername")[0], 0)
        for port in self._ports():
            with suppress(OSError):
                far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port, local_addr=own)
                break
        else:
            writer.transport.abort()
            return
        self._writers |= {writer, far_writer}
        try:
            await asyncio.gather(self._pump(reader, far_writer), self._pump(far_reader, writer))
        finally:
            self._writers -= {writer, far_writer}

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()


async def link_to(url: str) -> Link:
    """A link to one server."""
    port = urlsplit(url).port
    assert port is not None
    return await Link(lambda: iter((port,))).start()
