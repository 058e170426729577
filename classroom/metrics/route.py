"""`GET /metrics`: for a scraper with METRICS_TOKEN, or without a token for this machine alone."""

from __future__ import annotations

import asyncio
import hmac
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from classroom.config import is_loopback
from classroom.gate import is_local_host
from classroom.http_refusals import refuse
from classroom.metrics.page import CONTENT_TYPES, Form, MetricsPage

if TYPE_CHECKING:
    from classroom.runtime import Runtime

MAX_WAITING: Final = 8
"""Scrapes at one time; more are told to come again."""
PATIENCE_S: Final = 8.0
"""Within Prometheus's usual 10 s, a scrape is answered or given up."""


def route(runtime: Runtime) -> Route:
    page = MetricsPage(runtime)
    waiting = 0

    async def metrics(request: Request) -> Response:
        nonlocal waiting
        refused = _refusal(request, runtime.config.metrics_token)
        if refused is not None:
            return refused
        if waiting >= MAX_WAITING:
            return refuse(request, 503, "busy", {"Retry-After": "5"})
        waiting += 1
        try:
            async with asyncio.timeout(PATIENCE_S):
                form = _form(request.headers.get("accept", ""))
                body = await page.get(form)
        except TimeoutError:
            return refuse(request, 503, "timeout", {"Retry-After": "5"})
        finally:
            waiting -= 1
        return Response(body, headers={"Content-Type": CONTENT_TYPES[form], "Cache-Control": "no-store"})

    return Route("/metrics", metrics, methods=["GET"])


def _refusal(request: Request, token: str | None) -> Response | None:
    """None: the figures are for whoever asks. Without a token that is this machine, addressed by a loopback name: a proxy
    beside the server that passes everything on would else show them to the world."""
    if token is None:
        address = request.client.host if request.client else ""
        if is_loopback(address) and is_local_host(request.headers.get("host")):
            return None
        return refuse(request, 403, "metrics_forbidden")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), token.encode()):
        return None
    return refuse(request, 401, "metrics_token", {"WWW-Authenticate": 'Bearer realm="metrics"'})


def _form(accept: str) -> Form:
    return "openmetrics" if "application/openmetrics-text" in accept else "text"
