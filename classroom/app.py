"""The web server's routes: the client's files, the WebSocket, the connection test, and two answers for whoever watches the
process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from classroom import chat_images, connection_test, demo, files, gate, ws, your_address
from classroom.api import routes as api
from classroom.http_refusals import refuse
from classroom.metrics.route import route as metrics_route
from classroom.ops.api import OpsApi
from classroom.runtime import Runtime

STATIC: Final = Path(__file__).parent / "static"
"""Where `make build` puts the client."""

NOT_BUILT: Final = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Client not built</title>
<h1>The client is not built yet</h1>
<p>The server runs, but <code>classroom/static</code> is empty. Build it with <code>make build</code>, then reload.</p>
"""

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'self'",
            "connect-src 'self'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob: mediastream:",
            "style-src 'self'",
            "script-src 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self), "
    "fullscreen=(self), autoplay=(self), geolocation=(), usb=(), payment=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""On every HTTP response. CSP Level 3 section 6.1: 'self' in connect-src covers ws: and wss: of the same host, but not
in every browser; `secured` adds the socket's own address."""
STRICT_TRANSPORT: Final = "max-age=31536000"


def create_app(runtime: Runtime, *, demo_room: demo.DemoRoom | None = None, static: Path = STATIC) -> ASGIApp:
    """The ASGI application. `demo_room`: with it, `/api/demo` is served to this machine."""
    routes: list[BaseRoute] = [
        Route("/healthz", healthz),
        Route("/readyz", readyz),
        Route("/api/retention", retention),
        WebSocketRoute("/ws", ws.endpoint),
        connection_test.route(runtime),
        your_address.route,
        metrics_route(runtime),
        *chat_images.routes(
            runtime.images, runtime.origins, gate.Turnstile(runtime.config.limits), runtime.cluster
        ),
    ]
    if runtime.cluster is not None:
        routes += [
            *runtime.cluster.routes,
            *runtime.api.desk.routes,
            WebSocketRoute("/cluster/ws", ws.from_node),
        ]
    routes += OpsApi(runtime).routes
    if demo_room is not None:
        routes += demo.routes(demo_room)
    routes.append(api.mount(runtime.api))
    routes.append(Mount("/api", app=_not_found))
    routes.append(Route("/{path:path}", _Page(static)))
    app = Starlette(routes=routes)
    app.state.runtime = runtime
    return _Secured(app, runtime)


async def healthz(_: Request) -> Response:
    """Liveness: this process answers. Depends on nothing else, so that nothing else can get it killed."""
    return PlainTextResponse("ok\n", headers={"Cache-Control": "no-store"})


async def readyz(request: Request) -> Response:
    """Readiness: new people may be sent here."""
    runtime: Runtime = request.app.state.runtime
    body = {"ready": runtime.ready, "rooms": len(runtime.hosts), "sessions": len(runtime.sessions)}
    return JSONResponse(body, 200 if runtime.ready else 503, {"Cache-Control": "no-store"})


async def retention(request: Request) -> Response:
    """How long what people write and do is kept here: for the page to tell them, before they come in too."""
    config = request.app.state.runtime.config
    body = {"history_days": config.history_days, "room_days": config.room_days}
    return JSONResponse(body, headers={"Cache-Control": "no-cache"})


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    await refuse(Request(scope), 404, "not_found")(scope, receive, send)


class _Page:
    """The client's page under every address that is not a file of its own: what to show is the client's business."""

    def __init__(self, static: Path) -> None:
        self._files = files.read(static)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        name = request.path_params["path"]
        page = self._files.get("index.html")
        if request.method not in ("GET", "HEAD"):
            return PlainTextResponse("method not allowed\n", 405)
        if page is None:
            return HTMLResponse(NOT_BUILT, 503, {"Cache-Control": "no-cache"})
        file = self._files.get(name) or (self._files.get("ops.html") if name == "ops" else None)
        if file is None and ("/" in name.strip("/") or "." in name):
            return PlainTextResponse("not found\n", 404)
        return files.answer(file or page, request)


class _Secured:
    """Puts the security headers on every HTTP response."""

    def __init__(self, app: ASGIApp, runtime: Runtime) -> None:
        self._app = app
        self._responses = runtime.counts.responses
        self._https = runtime.config.public_url.startswith("https://")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._responses[message["status"]] += 1
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, _with_socket(value, host))
                if self._https:
                    headers.setdefault("Strict-Transport-Security", STRICT_TRANSPORT)
            await send(message)

        await self._app(scope, receive, with_headers)


def _with_socket(policy: str, host: str) -> str:
    """Names the WebSocket's address: Safari before 15.4 does not take it for 'self'."""
    if not host or not all(character.isalnum() or character in ".-:[]" for character in host):
        return policy
    return policy.replace("connect-src 'self'", f"connect-src 'self' ws://{host} wss://{host}")
