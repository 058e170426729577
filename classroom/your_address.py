"""`GET /api/your-address`: for whom the server takes whoever asks. By it the doctor sees whether a proxy is believed."""

from __future__ import annotations

from typing import Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH: Final = "/api/your-address"
MAX_HOPS: Final = 16


class Seen(msgspec.Struct, frozen=True):
    address: str
    """By which sockets are counted and told apart."""
    forwarded_for: tuple[str, ...]
    """What X-Forwarded-For says, believed or not."""


async def _endpoint(request: Request) -> Response:
    said = request.headers.get("x-forwarded-for", "")
    hops = tuple(hop.strip() for hop in said.split(",")[:MAX_HOPS] if hop.strip())
    seen = Seen(request.client.host if request.client else "", hops)
    return Response(
        msgspec.json.encode(seen), media_type="application/json", headers={"Cache-Control": "no-store"}
    )


route: Final = Route(PATH, _endpoint)
