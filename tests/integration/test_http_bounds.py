"""Those who open connections and say too little, or too much, do not harm those who are in a room."""

from __future__ import annotations

import asyncio

import pytest

from classroom import http_protocol
from rooms.commands import RaiseHand
from tests.support.client import Client
from tests.support.inloop import InLoopServer, serving

PATIENCE_S = 20.0
HEAD = b"GET /healthz HTTP/1.1\r\nHost: x\r\n"


async def talk(server: InLoopServer, *pieces: bytes) -> bytes:
    """Sends the pieces, and reads until the server closes."""
    port = server.runtime.config.port
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        return await asyncio.wait_for(reader.read(), PATIENCE_S)
    except ConnectionError:
        return b""
    finally:
        writer.close()


async def test_a_request_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "REQUEST_TIMEOUT_S", 0.3)
    async with serving() as server:
        ana = await Client.join(server.ws_url, server.invite(await server.create_room()))
        body = b"POST /api/connection-test HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
        silent, head, unread = await asyncio.gather(
            talk(server), talk(server, HEAD), talk(server, body.replace(b"/api/connection-test", b"/"))
        )
        assert (silent, head) == (b"", b"")
        assert unread.startswith(b"HTTP/1.1 405 ")
        await asyncio.sleep(0.3)
        await ana.request(RaiseHand())  # a WebSocket is not a request that lasts
        await ana.close()


async def test_a_head_has_a_limit() -> None:
    async with serving() as server:
        endless = [b"X: " + b"y" * 8_000 + b"\r\n"] * 200
        answer = await talk(server, HEAD, *endless, b"Connection: close\r\n\r\n")
        assert not answer or answer.startswith(b"HTTP/1.1 400 ")  # closing on unread data may lose the answer
        usual = b"X: " + b"y" * 8_000 + b"\r\nConnection: close\r\n\r\n"
        assert (await talk(server, HEAD, usual)).startswith(b"HTTP/1.1 200 ")


async def test_one_connection_serves_many_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http_protocol, "MAX_HEAD_BYTES", 100)
    async with serving() as server:
        last = HEAD + b"Connection: close\r\n\r\n"
        answers = await talk(server, *([HEAD + b"\r\n"] * 10), last)
        assert answers.count(b"HTTP/1.1 200 ") == 11
