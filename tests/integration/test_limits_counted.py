"""Frames beyond every limit: each has its code, is counted under it, and the neighbour talks on."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from rooms.commands import PostChat
from rooms.events import ChatPosted
from signaling.limits import MAX_DEPTH, MAX_FRAME_BYTES, MAX_ITEMS
from tests.integration.test_metrics import scrape, until
from tests.support.client import Client, Closed, Refusal, packed
from tests.support.inloop import serving

Harm = Callable[[Client], Awaitable[str | None]]
"""Does something out of bounds; the code that the person is told."""


def sends(frame: bytes | str) -> Harm:
    async def harm(client: Client) -> str | None:
        await client.send(frame)
        return (await client.closed()).error

    return harm


def asks(*frames: bytes) -> Harm:
    """The code of the first one that is refused."""

    async def harm(client: Client) -> str | None:
        asked = [client.request_raw(100 + number, frame) for number, frame in enumerate(frames)]
        for answer in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(answer, Refusal):
                return answer.code
        return None

    return harm


async def goes_on_and_on(client: Client) -> str | None:
    for ref in range(100, 200):
        await client.send(packed(ref, "room.explode", {}))
    return (await client.closed()).error


def nested(depth: int) -> object:
    return [nested(depth - 1)] if depth else 0


def posting(**fields: object) -> bytes:
    return packed(100, "chat.post", {"channel": "room", "text": "x", **fields})


CASES: list[tuple[str, str, Harm]] = [
    ("session", "frame_too_large", sends(bytes(MAX_FRAME_BYTES + 1))),
    ("session", "malformed_frame", sends(packed(1, "hand.raise", {"x": nested(MAX_DEPTH)}))),
    ("session", "malformed_frame", sends(packed(1, "hand.raise", {"x": [0] * (MAX_ITEMS + 1)}))),
    ("session", "malformed_frame", sends(packed(2**53, "hand.raise", {}))),
    ("session", "malformed_frame", sends("text")),
    ("session", "malformed_frame", sends(b"")),
    ("session", "too_many_errors", goes_on_and_on),
    ("request", "malformed_message", asks(posting(text="x" * 10_000))),
    ("request", "malformed_message", asks(posting(mentions=["p"] * 200))),
    ("request", "unknown_message", asks(packed(100, "x" * 1_000, {}))),
    ("request", "rate_limited", asks(*(packed(100 + n, "snapshot.get", {}) for n in range(150)))),
]


async def test_each_limit_has_a_code_that_is_told_and_counted_and_neighbours_talk_on() -> None:
    async with serving() as server:
        room = await server.create_room(capacity=40)
        ana = await Client.join(server.ws_url, server.invite(room, name="Ana"))
        ben = await Client.join(server.ws_url, server.invite(room, name="Ben"))
        for number, (part, code, harm) in enumerate(CASES):
            eve = await Client.join(server.ws_url, server.invite(room, name=f"Eve {number}"))
            assert await harm(eve) == code, (part, code)
            with suppress(Closed):
                await eve.close()
            await ana.request(PostChat(channel="room", text=f"still here {number}"))
            while True:
                if (await ben.event(ChatPosted)).message.text == f"still here {number}":
                    break
                ben.events.pop(0)
        figures = await scrape(server)
        for (part, code), times in Counter((part, code) for part, code, _ in CASES).items():
            assert figures("refusals_total", part=part, code=code) >= times, (part, code)
        await asyncio.gather(ana.close(), ben.close())


async def test_a_socket_that_says_something_before_hello_is_counted() -> None:
    async with serving() as server:
        client = await Client.open(server.ws_url)
        await client.send(packed(1, "hand.raise", {}))
        with pytest.raises(Closed):
            raise await client.closed()
        await until(server, "refusals_total", 1, part="hello", code="hello_expected")
