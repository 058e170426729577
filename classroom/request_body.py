"""The body of a request: bounded in size and in time, whoever sends it."""

from __future__ import annotations

import asyncio

from starlette.requests import ClientDisconnect, Request


class BodyTooLarge(Exception):
    """There is more of it than may be."""


class BodyTooSlow(Exception):
    """It was not there in time, or its sender went."""


async def read_body(request: Request, most_bytes: int, timeout_s: float) -> bytes:
    """Never holds more than `most_bytes` and a chunk. Raises BodyTooLarge, BodyTooSlow."""
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_s):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most_bytes:
                    raise BodyTooLarge
    except (TimeoutError, ClientDisconnect):
        raise BodyTooSlow from None
    return bytes(body)
