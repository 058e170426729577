"""Before joining: does this network let media through, and which way? `POST /api/connection-test`.

Whoever has an invitation may make a throw-away media connection: the very ICE, DTLS and ports that media will use, but
with nobody in it, for a few seconds. The browser then sees for itself which way works. Nothing is kept of it.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from classroom.gate import Turnstile, is_allowed
from classroom.http_refusals import HttpRefusal, refuse
from classroom.media.model import PeerId
from classroom.media.sdp import OfferError
from classroom.request_body import BodyTooLarge, BodyTooSlow, read_body
from classroom.runtime import Runtime
from classroom.turn import ice_servers
from signaling import tokens
from signaling.errors import ErrorCode, ProtocolError
from signaling.messages import IceServer

ROOM_ID: Final = "(connection test)"
"""No room has this id; nobody in it is told of anybody."""
MAX_TESTS: Final = 64
"""At one time; each takes a peer's place in the media plane."""
DURATION_S: Final = 20.0
"""After this a test's connection is closed, whatever became of it."""
MAX_BODY_BYTES: Final = 80_000
BODY_TIMEOUT_S: Final = 10.0


class OfferToTest(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]
    sdp: Annotated[str, msgspec.Meta(min_length=1, max_length=60_000)]
    """An offer that sends nothing: one receive-only m-line is enough."""


class AnswerToTest(msgspec.Struct, frozen=True):
    sdp: str
    ice_servers: tuple[IceServer, ...]
    """To be set before the offer is applied."""


class ConnectionTests:
    """One per process."""

    def __init__(self, runtime: Runtime) -> None:
        self.turnstile = Turnstile(runtime.config.limits)
        """Of their own: tests keep nobody from joining."""
        self._runtime = runtime
        self._running: set[PeerId] = set()

    def begin(self, request: OfferToTest) -> AnswerToTest:
        """Opens a test's connection. Raises ProtocolError (the invitation), OfferError, HttpRefusal (busy)."""
        runtime = self._runtime
        invitation = tokens.verify(request.token, runtime.keys, time.time())
        if len(self._running) >= MAX_TESTS:  # perhaps some were closed by their browsers
            self._running = {peer for peer in self._running if runtime.plane.peer_stats(peer) is not None}
        if runtime.stopping or len(self._running) >= MAX_TESTS:
            raise HttpRefusal(503, "busy")
        peer = PeerId(ROOM_ID, secrets.token_hex(8))
        sdp = runtime.plane.answer(peer, request.sdp, {})
        self._running.add(peer)
        asyncio.get_running_loop().call_later(DURATION_S, self._end, peer)
        # One person's test and visit share one quota at the TURN server.
        who = invitation.seat or peer.participant_id
        return AnswerToTest(sdp, ice_servers(runtime.config, who, time.time()))

    def _end(self, peer: PeerId) -> None:
        self._running.discard(peer)
        self._runtime.plane.remove(peer)


def route(runtime: Runtime) -> Route:
    """The route, with the tests of this process behind it."""
    tests = ConnectionTests(runtime)

    async def endpoint(request: Request) -> Response:
        try:
            reply = tests.begin(await _read(request, runtime, tests.turnstile))
        except HttpRefusal as refusal:
            return refuse(request, refusal.status, refusal.code)
        except ProtocolError as error:
            return refuse(request, 403, error.code.value)
        except OfferError as error:
            return refuse(
                request, 503 if error.code is ErrorCode.MEDIA_UNAVAILABLE else 400, error.code.value
            )
        return Response(
            msgspec.json.encode(reply), media_type="application/json", headers={"Cache-Control": "no-store"}
        )

    return Route("/api/connection-test", endpoint, methods=["POST"])


async def _read(request: Request, runtime: Runtime, turnstile: Turnstile) -> OfferToTest:
    """The request's body, if the sender may ask. Raises HttpRefusal."""
    address = request.client.host if request.client else ""
    if not is_allowed(request.headers.get("origin"), runtime.origins):
        raise HttpRefusal(403, "origin")
    if not turnstile.take(address, time.monotonic()):
        runtime.refusals.note("connection test", "rate", address, time.monotonic())
        raise HttpRefusal(429, ErrorCode.RATE_LIMITED.value)
    try:
        body = await read_body(request, MAX_BODY_BYTES, BODY_TIMEOUT_S)
    except BodyTooLarge:
        raise HttpRefusal(413, "too_large") from None
    except BodyTooSlow:
        raise HttpRefusal(408, "too_slow") from None
    try:
        return msgspec.json.decode(body, type=OfferToTest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise HttpRefusal(400, ErrorCode.MALFORMED_MESSAGE.value) from None
