"""The ops page's addresses: who may, what they read, what they do. Everything is JSON, said with `Authorization: Bearer TOKEN`.

    GET  /api/ops/overview?limit=50&offset=0&q=…
    GET  /api/ops/rooms/ROOM
    GET  /api/ops/rooms/ROOM/people/PERSON
    POST /api/ops/actions

A refusal is `{"error": code}`. Answers have an ETag: a page that asks every two seconds is told "304" while nothing changed.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from classroom.gate import Turnstile, is_allowed
from classroom.http_refusals import refuse
from classroom.journal.base import JournalUnavailable
from classroom.ops import access
from classroom.ops.actions import Action, OpsRefusal, OpsRefused
from classroom.ops.desk import WORST
from classroom.ops.ops import PAGE_ROOMS
from classroom.ops.views import Access
from classroom.request_body import BodyTooLarge, BodyTooSlow, read_body
from signaling.errors import ErrorCode, ProtocolError

if TYPE_CHECKING:
    from classroom.runtime import Runtime

MAX_BODY_BYTES: Final = 8 * 1024
BODY_TIMEOUT_S: Final = 10.0
QUERY_CHARS: Final = 80
FRESH_S: Final = 1.0
"""However many watch: what was answered is answered again for so long."""
REMEMBERED: Final = 64
"""Answers kept for that."""

STATUS: Final[dict[OpsRefusal, int]] = {
    "malformed_message": 400,
    "empty_text": 400,
    "origin": 403,
    "not_permitted": 403,
    "room_not_found": 404,
    "person_not_found": 404,
    "node_not_found": 404,
    "too_slow": 408,
    "nobody_there": 409,
    "not_connected": 409,
    "not_clustered": 409,
    "nowhere_to_go": 409,
    "too_large": 413,
    "rate_limited": 429,
    "node_silent": 503,
    "storage_unavailable": 503,
}
ACTIONS: Final[msgspec.json.Decoder[Action]] = msgspec.json.Decoder(Action)

Handler = Callable[[Request, access.OpsPass], Awaitable[Response]]


class OpsApi:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._turnstile = Turnstile(runtime.config.limits)
        self._answers: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    @property
    def routes(self) -> list[BaseRoute]:
        found: list[BaseRoute] = [
            Route("/api/ops/overview", self._guarded(self._overview), methods=["GET"]),
            Route("/api/ops/rooms/{room}", self._guarded(self._room), methods=["GET"]),
            Route("/api/ops/rooms/{room}/people/{person}", self._guarded(self._person), methods=["GET"]),
            Route("/api/ops/actions", self._guarded(self._act), methods=["POST"]),
        ]
        if self._runtime.cluster is not None:
            found.append(WebSocketRoute("/cluster/ops", self._runtime.ops.peers.endpoint))
        return found

    def _guarded(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            try:
                return await handler(request, await self._admitted(request))
            except OpsRefused as refused:
                return refuse(request, STATUS[refused.code], refused.code)
            except ProtocolError as error:
                return refuse(request, 401, error.code.value)
            except JournalUnavailable:
                return refuse(request, STATUS["storage_unavailable"], "storage_unavailable")

        return endpoint

    async def _admitted(self, request: Request) -> access.OpsPass:
        """Raises ProtocolError (the token), OpsRefused, JournalUnavailable."""
        address = request.client.host if request.client else ""
        if not self._turnstile.take(address, time.monotonic()):
            self._runtime.refusals.note("ops", "rate", address, time.monotonic())
            raise OpsRefused("rate_limited")
        if not is_allowed(request.headers.get("origin"), self._runtime.origins):
            raise OpsRefused("origin")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = access.verify(token if scheme.lower() == "bearer" else "", self._runtime.keys, time.time())
        if not await self._runtime.ops.links.admits(given.jti):
            raise ProtocolError(ErrorCode.TOKEN_REVOKED)
        return given

    # --- reading --------------------------------------------------------------------------------------------

    async def _overview(self, request: Request, given: access.OpsPass) -> Response:
        offset = _number(request, "offset", 0, WORST)
        limit = _number(request, "limit", PAGE_ROOMS, WORST)
        query = request.query_params.get("q", "")[:QUERY_CHARS]
        you = Access(name=given.name, may_act=given.may_act, until_ms=given.exp * 1000)
        return await self._answer(
            request,
            f"overview {offset} {limit} {given.jti} {query}",
            lambda: self._runtime.ops.overview(you, offset, limit, query),
        )

    async def _room(self, request: Request, _: access.OpsPass) -> Response:
        room = request.path_params["room"]
        return await self._answer(request, f"room {room}", lambda: self._runtime.ops.room(room))

    async def _person(self, request: Request, _: access.OpsPass) -> Response:
        room, person = request.path_params["room"], request.path_params["person"]
        return await self._answer(
            request, f"person {room} {person}", lambda: self._runtime.ops.person(room, person)
        )

    async def _answer(
        self, request: Request, key: str, ask: Callable[[], Awaitable[msgspec.Struct]]
    ) -> Response:
        now = time.monotonic()
        known = self._answers.get(key)
        if known is not None and now - known[0] < FRESH_S:
            body = known[1]
        else:
            body = msgspec.json.encode(await ask())
            self._answers[key] = now, body
            self._answers.move_to_end(key)
            while len(self._answers) > REMEMBERED:
                self._answers.popitem(last=False)
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        headers = {"Cache-Control": "no-cache, private", "ETag": etag, "Vary": "Authorization"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        return Response(body, media_type="application/json", headers=headers)

    # --- acting ---------------------------------------------------------------------------------------------

    async def _act(self, request: Request, given: access.OpsPass) -> Response:
        if not given.may_act:
            raise OpsRefused("not_permitted")
        try:
            action = ACTIONS.decode(await _body(request))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            raise OpsRefused("malformed_message") from None
        done = await self._runtime.ops.act(action, f"{given.name} ({given.jti})")
        self._answers.clear()
        return Response(
            msgspec.json.encode(done), media_type="application/json", headers={"Cache-Control": "no-store"}
        )


def _number(request: Request, name: str, default: int, most: int) -> int:
    """Raises OpsRefused."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise OpsRefused("malformed_message")
    return min(int(text), most)


async def _body(request: Request) -> bytes:
    """Raises OpsRefused."""
    try:
        return await read_body(request, MAX_BODY_BYTES, BODY_TIMEOUT_S)
    except BodyTooLarge:
        raise OpsRefused("too_large") from None
    except BodyTooSlow:
        raise OpsRefused("too_slow") from None
